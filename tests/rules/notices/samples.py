"""Notices of every kind, and the readers of their e-mails."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser

from shared.kernel.money import MICROS, Money
from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import (
    AutoRecharge,
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    PostUsageStage,
    Recovered,
    Review,
)
from shared.notices.brake_notice import BrakeCause, Braked
from shared.notices.decline_reason import DeclineReason
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    Chargeback,
    ChargebackStage,
    ChargedCard,
    OffReason,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)
from shared.notices.recipients import Readers

AT = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)
VISA = ChargedCard("visa", "4242")
AMERICAN = Readers("en-US", "America/New_York", ("ann@contoso.com", "bo@contoso.com"))
NB = "\u00a0"
CHAIN = "0123456789abcdef" * 4


def dollars(amount):
    return Money(int(Decimal(amount) * MICROS), "USD")


def succeeded(card=VISA, balance="61.234567"):
    return RechargeSucceeded(AT, dollars("50"), dollars(balance), card)


def failed(reason=DeclineReason.INSUFFICIENT_FUNDS, balance="3.2", next_attempt=AT + timedelta(hours=1), card=VISA):
    return RechargeFailed(AT, dollars("50"), dollars(balance), reason, card, next_attempt)


def zero(overdraft="0", auto_recharge=AutoRecharge.OFF):
    return BalanceZero(AT, dollars(overdraft), auto_recharge)


def paused(reason=PauseReason.LARGEST_CHARGE, balance="3.2"):
    limit = dollars("250") if reason in {PauseReason.LARGEST_CHARGE, PauseReason.CAP} else None
    until = AT + timedelta(days=9) if reason in {PauseReason.CAP, PauseReason.BURST} else None
    return AutoRechargePaused(AT, reason, dollars(balance), limit, until)


def cap_reached(level=80, recharged="200"):
    return CapReached(AT, level, dollars(recharged), dollars("250"), AT + timedelta(days=9))


def needs_holder(balance="3.2", next_attempt=None, card=VISA):
    return AuthenticationNeeded(AT, dollars("50"), dollars(balance), card, next_attempt)


def expiring(days=30):
    return CardExpires(AT, VISA, "2026-12", days)


def low(auto_recharge=AutoRecharge.OFF):
    return LowBalance(AT, dollars("20"), dollars("15.5"), auto_recharge)


def expiry_ahead(days=30, amount="31.2", per_day="0.6"):
    return ExpiryAhead(AT, dollars(amount), AT + timedelta(days=days), days, dollars("49.2"), dollars(per_day))


def pool_level(level=80, user=""):
    place = "" if not user else "US"
    kind, plan = ("domestic", "MCOPSTN1") if user else ("zoneA", "MCOMEETADD")
    return PoolLevel(AT, level, plan, kind, place, user, "2026-11", 36_000 * level, 3_600_000)


def review(months=1, trigger="20", amount="50"):
    return Review(AT, months, dollars("31.2"), trigger and dollars(trigger), amount and dollars(amount))


def statement(closing="31.2", month="2026-10", is_closed=False):
    return MonthlyStatement(AT, month, dollars(closing), 1_208, CHAIN, is_closed)


ZERO_STATES = [state for state in AutoRecharge if state is not AutoRecharge.READY]
"""At zero auto-recharge is not waiting for the trigger: it is off, under way, declined or paused."""

PAUSES = [reason for reason in PauseReason if reason is not PauseReason.BRAKE]
"""The brake has an e-mail of its own."""

EVERY = [
    *(cap_reached(level) for level in (80, 90, 100)),
    succeeded(),
    succeeded(card=None),
    succeeded(balance="-20"),
    *(failed(reason) for reason in DeclineReason),
    *(failed(reason, next_attempt=AT) for reason in DeclineReason),
    *(failed(reason, next_attempt=None, balance="-4") for reason in DeclineReason),
    failed(DeclineReason.GENERIC, card=None),
    *(zero(overdraft, state) for overdraft in ("0", "0.0013") for state in ZERO_STATES),
    *(paused(reason, balance) for reason in PAUSES for balance in ("3.2", "-4")),
    needs_holder(),
    needs_holder(balance="-4", next_attempt=AT, card=None),
    *(AutoRechargeOff(AT, why) for why in OffReason),
    expiring(),
    *(Refunded(AT, dollars("50"), dollars("-4"), has_failed) for has_failed in (False, True)),
    *(Chargeback(AT, dollars("50"), dollars("3.2"), stage) for stage in ChargebackStage),
    *(low(state) for state in AutoRecharge),
    Recovered(AT, dollars("65.5")),
    *(expiry_ahead(days) for days in (90, 30, 7, 1)),
    expiry_ahead(per_day="0"),
    *(pool_level(level, user) for level in (80, 100) for user in ("", "0c9a-41")),
    *(PostUsage(AT, stage, dollars("12.5")) for stage in PostUsageStage),
    review(),
    review(2, trigger=None, amount=None),
    statement(),
    statement("-4"),
    statement("0", "2026-11", is_closed=True),
    Braked(
        AT, (BrakeCause("ann", "", dollars("60"), dollars("2")), BrakeCause("", "881", dollars("60"), dollars("0")))
    ),
    Braked(AT, (BrakeCause("", "", dollars("600"), dollars("25")),)),
]


class Words(HTMLParser):
    """The visible text of the HTML, and its tags."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self._depth = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._depth.append(tag)

    def handle_endtag(self, tag):
        assert self._depth.pop() == tag

    def handle_data(self, data):
        if "body" in self._depth and data.strip():
            self.words.append(data)
