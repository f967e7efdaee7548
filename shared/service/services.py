"""What every verb works with: the ledger and the ports, put together once by `wiring`."""

from asyncio import Lock
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Terms
from shared.ports import (
    CardAttempts,
    Cards,
    Clock,
    Mail,
    PaymentList,
    Payments,
    Queues,
    RateCards,
    Suspense,
    Tokens,
    Webhooks,
)
from shared.posting.alarm import Alarms
from shared.posting.ledger import Ledger
from shared.service.operators import OperatorTenants
from shared.service.request_limit import RequestLimit


class Registry(Protocol):
    """Which accounts there are. Raises `UnavailableError`."""

    async def add(self, account: AccountId) -> None:
        """Remember *account*; twice is once."""
        ...

    def accounts(self) -> AsyncIterator[AccountId]:
        """Every account there ever was, in the order of their ids."""
        ...

    def accounts_after(self, account: str) -> AsyncIterator[AccountId]:
        """Those behind *account*; behind "" are all."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What operators may set: the grace for late usage (R2), smallest amounts by currency (R1), how long suspense keeps
    an item after it was closed, and at most (R27); what this deployment is called at the payment provider; and the
    address of the portal, empty when there is none.
    """

    grace: timedelta
    smallest: Mapping[str, int]
    closed_kept: timedelta
    suspense_kept: timedelta
    deployment: str
    portal: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a verb may call."""

    ledger: Ledger
    alarms: Alarms
    registry: Registry
    rates: RateCards
    payments: Payments
    payment_list: PaymentList
    cards: Cards
    webhooks: Webhooks
    mail: Mail
    queues: Queues
    suspense: Suspense
    tokens: Tokens
    operators: OperatorTenants
    allowed_origins: frozenset[str]
    request_limit: RequestLimit
    card_attempts: CardAttempts
    clock: Clock
    rules: Rules
    _terms: dict[AccountId, Terms] = field(default_factory=dict)
    _reading: WeakValueDictionary[AccountId, Lock] = field(default_factory=WeakValueDictionary)

    async def terms(self, account: AccountId) -> Terms | None:
        """What the account was opened with. Within a life it never changes, so it is read once a process, by one caller
        for all who ask meanwhile: a process starts with as many messages as it can hold. Unknown and closed are asked
        again. What rests on these terms names their epoch in its decision: the account may have been closed, and opened
        anew, since they were read.
        """
        if account not in self._terms:
            async with self._reading.setdefault(account, Lock()):
                if account not in self._terms:
                    book = await self.ledger.read_including_closed(account)
                    if book is None or book.terms.closed_at is not None:
                        return book.terms if book else None
                    self._terms[account] = book.terms
        return self._terms[account]

    async def terms_now(self, account: AccountId) -> Terms | None:
        """The same as stored now."""
        self._terms.pop(account, None)
        return await self.terms(account)

    async def book(self, account: AccountId) -> Book:
        """The account's book as stored now, where the account is known to exist, though it may be closed."""
        book = await self.ledger.read_including_closed(account)
        if book is None:
            raise LookupError(f"account {account} is gone")
        return book
