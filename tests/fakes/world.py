"""A test environment: the real use cases and posting loop with fake ports. Queues are processed on request."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.adapters.storage.call_record_tables import CallRecordTables
from shared.adapters.storage.card_attempt_tables import CardAttemptTables
from shared.adapters.storage.delivery_tables import DeliveryTables
from shared.adapters.storage.number_key_tables import NumberKeyTables
from shared.adapters.storage.registry_tables import RegistryTables
from shared.adapters.storage.suspense_tables import SuspenseTables
from shared.adapters.storage.usage_import_tables import UsageImportTables
from shared.kernel.ids import AccountId, PaymentId
from shared.ports import BadTokenError, PaymentNews, Principal, UnavailableError
from shared.posting.alarm import Alarms
from shared.posting.ledger import Ledger
from shared.posting.loop.context import LoopContext
from shared.purchasing.amount_limits import SMALLEST, AmountLimits
from shared.purchasing.card_attempts import ATTEMPTS_PER_WINDOW, DECLINES_PER_WINDOW, Limits
from shared.rating.card_csv import CardProblems, read_rates
from shared.recharge.rules import RechargeRules
from shared.service.http import Reply, Request
from shared.service.operators import OperatorTenants
from shared.service.request_limit import RequestLimit
from shared.service.services import ReportStores, Rules, Services
from shared.use_cases.accounts import audit_accounts, audit_nightly, catch_up
from shared.use_cases.notices import note_report, send_notice
from shared.use_cases.payments import move_payment
from shared.use_cases.reports import work_on_reports
from shared.use_cases.usage import record_usage
from shared.use_cases.usage.current_calls import CurrentCalls
from shared.wiring.outbox import recorder, sender
from tests.fakes.mail import FakeMail
from tests.fakes.money_back import FakeMoneyBack
from tests.fakes.payments import FakePayments
from tests.fakes.queues import FakeQueues
from tests.fakes.rate_cards import FakeRateCards
from tests.fakes.report_files import FakeReportFiles
from tests.fakes.service_numbers import FakeServiceNumbers
from tests.fakes.table import FakeTable
from tests.fakes.usage_files import FakeUsageFiles

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")

GRACE_HOURS = 72
"""How long an expired lot waits for late usage."""

RECORDS_KEPT = timedelta(days=400)
"""How long call records have whole numbers."""

RECHARGE_RULES = RechargeRules(timedelta(hours=1))

CARD = b"""prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
44,United Kingdom,mixed,GB,0.01,0,60,60
44207,London,landline,GB,0.02,0,60,60
1,North America,mixed,US,0.50,0.10,0,1
"""


class FakeClock:
    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


class FakeWebhooks:
    def news_of(self, body: bytes, _signature: str) -> PaymentNews | None:
        return PaymentNews(PaymentId(body.decode()))


class FakeTokens:
    async def verify(self, bearer: str) -> Principal:
        raise BadTokenError(bearer)


class World:
    """Fake external services, and the services of one process."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ledger, self.alarms, self.suspense, self.accounts = (FakeTable() for _ in range(4))
        self.attempts, self.audits, self.notices = (FakeTable() for _ in range(3))
        self.imports, self.usage = FakeTable(), FakeTable()
        self.payments = FakePayments(self.clock)
        self.money_back = FakeMoneyBack(self.payments)
        self.mail, self.queues, self.files = FakeMail(), FakeQueues(), FakeUsageFiles()
        self.rates, self.service_numbers = FakeRateCards(), FakeServiceNumbers()
        self.report_files = FakeReportFiles()
        self.services = self.process()

    @property
    def recharge_rules(self) -> RechargeRules:
        """What operators set about auto-recharge."""
        return RECHARGE_RULES

    def process(self) -> Services:
        """The services of another process: its own loops and caches on the same external services."""
        suspense, alarms = SuspenseTables(self.suspense), Alarms(self.alarms)
        records = CallRecordTables(self.usage, self.clock, RECORDS_KEPT)
        outlets = sender(suspense, self.queues), recorder(records, self.queues)
        grace, rules = timedelta(hours=GRACE_HOURS), self.recharge_rules
        ledger = Ledger(LoopContext(self.ledger, alarms, self.clock, grace, rules, *outlets, lambda: uuid.uuid4().hex))
        current = CurrentCalls(records, ledger.store_records)
        return Services(
            ledger=ledger,
            alarms=alarms,
            registry=RegistryTables(self.accounts),
            rates=self.rates,
            payments=self.payments,
            payment_list=self.payments,
            cards=self.payments,
            refunds=self.money_back,
            disputes=self.money_back,
            webhooks=FakeWebhooks(),
            mail=self.mail,
            queues=self.queues,
            suspense=suspense,
            audits=self.audits,
            tokens=FakeTokens(),
            operators=OperatorTenants(is_anyone=True),
            allowed_origins=frozenset({"https://portal.example"}),
            request_limit=RequestLimit(1_000_000, lambda: 0.0),
            card_attempts=CardAttemptTables(self.attempts, Limits(ATTEMPTS_PER_WINDOW, DECLINES_PER_WINDOW)),
            service_numbers=self.service_numbers,
            number_keys=NumberKeyTables(self.accounts),
            reports=ReportStores(current, self.usage, self.report_files, self.clock.now),
            imports=UsageImportTables(self.imports),
            deliveries=DeliveryTables(self.notices),
            usage_files=self.files,
            clock=self.clock,
            rules=Rules(grace, AmountLimits(SMALLEST), timedelta(days=90), timedelta(days=400), "credits"),
        )

    async def publish(self, text: bytes = CARD, name: str = "default", valid_from: datetime | None = None) -> None:
        rates = read_rates(text)
        assert not isinstance(rates, CardProblems), rates
        await self.rates.publish(rates.as_card(name, "USD", valid_from or START - timedelta(days=400)))

    async def drain(self) -> int:
        """Process all messages in order; return their number. Failed messages are retried at the end, a few times."""
        done = failures = 0
        while self.queues.waiting:
            queue, text = self.queues.waiting.popleft()
            try:
                await HANDLERS[queue](self.services, text.encode())
                done += 1
            except Exception:
                failures += 1
                if failures > 20:
                    raise
                self.queues.waiting.append((queue, text))
        return done

    async def drain_failing(self) -> None:
        """Process each message once; those that fail are lost, as on a poison queue."""
        while self.queues.waiting:
            queue, text = self.queues.waiting.popleft()
            with suppress(UnavailableError):
                await HANDLERS[queue](self.services, text.encode())

    async def tick(self, **by: float) -> None:
        """Move the clock forward, fire the timer, and process everything that is due."""
        self.clock.forward(**by)
        await catch_up.wake_due(self.services)
        await self.drain()

    async def night(self) -> None:
        """Fire the timer of the nightly audit, and audit every account."""
        await audit_nightly.audit_nightly(self.services)
        await self.drain()

    async def audit(self) -> list[str]:
        return [str(finding) for finding in await audit_accounts.audit_accounts(self.services)]


HANDLERS = {
    "usage": record_usage.record_usage,
    "recharges": move_payment.move_payment,
    "notices": send_notice.send_notice,
    "mail-reports": note_report.note_report,
    "wakeups": catch_up.catch_up,
    "audits": audit_nightly.audit_portion,
    "reports": work_on_reports.work_on_report,
}


def request(
    account: str = ACCOUNT,
    body: str = "",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    **path: str,
) -> Request:
    principal = Principal(AccountId(account), frozenset(), "somebody")
    return Request(principal, {"account": account, **path}, query or {}, headers or {}, body.encode())


__all__ = ["ACCOUNT", "START", "FakeClock", "Reply", "World", "request"]
