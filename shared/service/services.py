"""What every use case works with: the ledger and the ports, composed once by `wiring`."""

from asyncio import Lock, Semaphore
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Terms
from shared.plans.sizes import CATALOGUE_SIZES, Sizes
from shared.ports import (
    CallRecords,
    CardAttempts,
    Cards,
    Clock,
    Deliveries,
    Disputes,
    Mail,
    NumberKeys,
    PaymentList,
    Payments,
    Queues,
    RateCards,
    Refunds,
    ReportFiles,
    ServiceNumbers,
    Suspense,
    Table,
    Tokens,
    UsageFiles,
    UsageImports,
    Webhooks,
)
from shared.posting.alarm import Alarms
from shared.posting.ledger import Ledger
from shared.purchasing.amount_limits import AmountLimits
from shared.service.collection import Collection
from shared.service.operators import OperatorTenants
from shared.service.portal_parts import PortalParts
from shared.service.request_limit import RequestLimit

AUDITS_AT_ONCE = 4
"""How many accounts a process audits at the same time: each takes memory, and they share one processor."""


class Registry(Protocol):
    """The register of accounts. Raises `UnavailableError`."""

    async def add(self, account: AccountId, at: datetime | None = None) -> None:
        """Add *account*, opened at *at*; adding it again has no effect."""
        ...

    def accounts(self) -> AsyncIterator[AccountId]:
        """Every account there ever was, in the order of their ids."""
        ...

    async def by_age(self, after: str, most: int, *, is_reversed: bool = False) -> Sequence[str]:
        """Up to *most* accounts after the one *after*, the oldest first, or the newest. Each is a text that begins with
        the time of its first opening and ends with its id (36 characters). An empty *after* begins the list.
        """
        ...

    async def mend_order(self) -> None:
        """Put accounts in order that an earlier version registered; `by_age` reads one page from then on."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What operators set: the grace for late usage (R2), the smallest and largest amounts by
    currency (R1), how long suspense keeps
    an item after it is closed and at most (R27), this deployment's name at the payment provider, the portal's address,
    empty when there is none, the sizes of minute pools that differ from the plan catalogue (R8), how long a hold waits
    for the usage of its call after its money is used up (R14), in how many whole days every account is audited
    whole (R25), and how long call records have whole numbers (R27).
    """

    grace: timedelta
    amounts: AmountLimits
    closed_kept: timedelta
    suspense_kept: timedelta
    deployment: str
    portal: str = ""
    plan_sizes: Sizes = field(default_factory=lambda: CATALOGUE_SIZES)
    settlement_margin: timedelta = timedelta(seconds=120)
    audit_rota: timedelta = timedelta(days=28)
    records_kept: timedelta = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ReportStores:
    """What reports are made from: records of calls, and sums that follow the journal; where large ones are written.
    Nothing for money reads any of it. *now* is the real time, by which links expire.
    """

    calls: CallRecords
    sums: Table
    files: ReportFiles
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a use case may call."""

    ledger: Ledger
    alarms: Alarms
    registry: Registry
    rates: RateCards
    payments: Payments
    payment_list: PaymentList
    cards: Cards
    refunds: Refunds
    disputes: Disputes
    webhooks: Webhooks
    mail: Mail
    queues: Queues
    suspense: Suspense
    audits: Table
    tokens: Tokens
    operators: OperatorTenants
    allowed_origins: frozenset[str]
    request_limit: RequestLimit
    card_attempts: CardAttempts
    service_numbers: ServiceNumbers
    number_keys: NumberKeys
    reports: ReportStores
    imports: UsageImports
    deliveries: Deliveries
    usage_files: UsageFiles
    clock: Clock
    rules: Rules
    portal: PortalParts = field(default_factory=PortalParts)
    collection: Collection = field(default_factory=Collection)
    audits_at_once: Semaphore = field(default_factory=lambda: Semaphore(AUDITS_AT_ONCE))
    _terms: dict[AccountId, Terms] = field(default_factory=dict)
    _reading: WeakValueDictionary[AccountId, Lock] = field(default_factory=WeakValueDictionary)

    async def terms(self, account: AccountId) -> Terms | None:
        """The terms that the account was opened with. They never change within an epoch, so a process reads them once,
        even if many callers ask at the same time. Unknown and closed accounts are read again each time. A decision that
        relies on these terms names their epoch, because the account may have been closed and opened again since.
        """
        if account not in self._terms:
            async with self._reading.setdefault(account, Lock()):
                if account not in self._terms:
                    terms = await self.ledger.terms(account)
                    if terms is None or terms.closed_at is not None:
                        return terms
                    self._terms[account] = terms
        return self._terms[account]

    async def terms_now(self, account: AccountId) -> Terms | None:
        """The terms as they are stored now."""
        self._terms.pop(account, None)
        book = await self.ledger.read_including_closed(account)
        if book is not None and book.terms.closed_at is None:
            self._terms[account] = book.terms
        return book.terms if book else None

    async def book(self, account: AccountId) -> Book:
        """The stored book of an account that is known to exist, even if it is closed."""
        book = await self.ledger.read_including_closed(account)
        if book is None:
            raise LookupError(f"account {account} does not exist")
        return book
