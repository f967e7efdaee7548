"""The port `ServiceNumbers` in memory; tests/contracts check that it keeps the port's contract."""

from collections.abc import AsyncIterator
from datetime import datetime

from shared.kernel.ids import AccountId, digest
from shared.ports import ServiceNumber, Taken, UnavailableError
from shared.rating.service_numbers import (
    History,
    NumberKind,
    NumberUse,
    Registration,
    open_in,
    owner_at,
    with_end,
    with_registration,
)


class FakeServiceNumbers:
    """If *down* is true, every call fails as if storage were unavailable."""

    def __init__(self) -> None:
        self.down = False
        self.histories: dict[str, History] = {}

    async def register(
        self, account: AccountId, digits: str, kind: NumberKind, use: NumberUse, now: datetime
    ) -> ServiceNumber | Taken:
        self._check_available()
        history = self.histories.get(digits, ())
        known = open_in(history)
        if known is None:
            name = f"{now:%Y%m%d%H%M%S%f}-{digest(account, digits, str(len(history)))[:16]}"
            history = with_registration(history, Registration(name, account, kind, use, now))
            self.histories[digits] = history
            known = history[-1]
        if (known.account, known.kind, known.use) != (account, kind, use):
            return Taken(known.account)
        return _number(digits, known)

    async def release(self, account: AccountId, name: str, now: datetime) -> datetime | None:
        self._check_available()
        for digits, history in self.histories.items():
            if any((each.account, each.id) == (account, name) for each in history):
                self.histories[digits] = with_end(history, name, now)
                return next(each.until for each in self.histories[digits] if each.id == name)
        return None

    async def numbers(
        self, account: AccountId, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[ServiceNumber]:
        self._check_available()
        known = {digits: open_in(history) for digits, history in self.histories.items()}
        own = [_number(digits, each) for digits, each in known.items() if each and each.account == account]
        for each in sorted(own, key=lambda number: number.id, reverse=newest_first):
            if not after or (each.id < after if newest_first else each.id > after):
                yield each

    async def owner(self, digits: str, at: datetime) -> Registration | None:
        return await self.owner_uncached(digits, at)

    async def owner_uncached(self, digits: str, at: datetime) -> Registration | None:
        self._check_available()
        return owner_at(self.histories.get(digits, ()), at)

    def _check_available(self) -> None:
        if self.down:
            raise UnavailableError("the service numbers cannot be reached")


def _number(digits: str, registration: Registration) -> ServiceNumber:
    return ServiceNumber(registration.id, digits, registration.kind, registration.use, registration.from_)
