"""The register of service numbers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.kernel.ids import AccountId
from shared.rating.service_numbers import NumberKind, NumberUse, Registration


@dataclass(frozen=True, slots=True)
class ServiceNumber:
    """A number that an account has registered. *digits*: the number without its plus."""

    id: str
    digits: str
    kind: NumberKind
    use: NumberUse
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The number is registered already, by *account*, as another kind or for another use if it is the same account."""

    account: AccountId


class ServiceNumbers(Protocol):
    """Which account has which service number (R7). One account has a number at a time. All methods raise
    `UnavailableError`.
    """

    async def register(
        self, account: AccountId, digits: str, kind: NumberKind, use: NumberUse, now: datetime
    ) -> ServiceNumber | Taken:
        """Register the number *digits* and return it. The same content again returns what is registered. Of two
        accounts that register the same number at once, exactly one succeeds.
        """
        ...

    async def release(self, account: AccountId, name: str, now: datetime) -> datetime | None:
        """End the registration called *name* and return when it ended; the same instant for every repeat. None if the
        account never had it.
        """
        ...

    def numbers(
        self, account: AccountId, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[ServiceNumber]:
        """The numbers that *account* has now, in the order of registration or in reverse, after the one with the id
        *after*, which may have been released since.
        """
        ...

    async def owner(self, digits: str, at: datetime) -> Registration | None:
        """The registration of a number that counts for a call that started at *at*. It may be a minute old."""
        ...

    async def owner_uncached(self, digits: str, at: datetime) -> Registration | None:
        """The same as stored now. Use it before money depends on a missing registration, or on that of another
        account.
        """
        ...
