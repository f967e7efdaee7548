"""Movements: one per event, each with the lots it touched and why it is what it is (R9, R20)."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ledger.book import Terms
from shared.ledger.change import ACCRUAL, OVERDRAFT, Movement, MovementKind, lot_at
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.posting.journal.keys import movement_id
from shared.posting.journal.pages import Page, movement_of
from shared.service.http import ProblemError, Reply, Request, page_of, refused
from shared.service.query import ORDERS, choice_in, cursor_in, instant_in
from shared.service.services import Services
from shared.views.account import money_json
from shared.views.balance import last_page_at

_MONEY = ("perMinute", "connectionFee")
KINDS = tuple(MovementKind)
"""Every kind of CONTRACT 2."""

_NAME = re.compile(r"[0-9]{12}-[0-9]{3}")

LAST_INDEX = 999
"""Behind the last movement of any page."""

PAGES_READ_MAX, MOVEMENTS_READ_MAX = 2_000, 10_000
"""What one request reads at most, so that its cost does not grow with the journal: a kind may be rare. The rest is
behind `next`, even if no item was found. Ten thousand movements take half a second of processor.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Pages *first* to *last* of a journal, in one of two orders, after the movement *after*. *rest* is the cursor
    behind these pages if there are more than one request reads, else None.
    """

    first: int
    last: int
    after: str
    newest_first: bool
    rest: str | None = None

    def bounded(self) -> "Window":
        """As many of the pages as one request reads."""
        if self.last - self.first < PAGES_READ_MAX:
            return self
        if self.newest_first:
            first = self.last - PAGES_READ_MAX + 1
            return replace(self, first=first, rest=movement_id(first, 0))
        last = self.first + PAGES_READ_MAX - 1
        return replace(self, last=last, rest=movement_id(last, LAST_INDEX))

    def shows(self, name: str) -> bool:
        """Whether the movement comes after *after*; the pages at the window's edges also have others."""
        return not self.after or (name < self.after if self.newest_first else name > self.after)


async def list_movements(services: Services, request: Request) -> Reply:
    """Movements booked in [from, to), oldest first unless `order=desc`, of one kind if asked. `next` is not null until
    all of them have been read, even if a page of the list has no item.
    """
    account, limit, kind = request.account, request.limit(), choice_in(request, "kind", KINDS)
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    terms = book.terms
    window = (await _window(services, request)).bounded()
    shown: list[dict[str, Any]] = []
    read = 0
    async for page, index, movement in _movements(services, account, window):
        name = movement_id(page.sequence, index)
        if not window.shows(name):
            continue
        if kind in {None, movement.kind}:
            if len(shown) == limit:
                return Reply(200, page_of([*shown, {}], limit))
            shown.append(movement_json(name, page, movement, terms))
        read += 1
        if read == MOVEMENTS_READ_MAX:
            return Reply(200, {"items": shown, "next": name})
    return Reply(200, {"items": shown, "next": window.rest})


async def read_movement(services: Services, request: Request) -> Reply:
    """One movement."""
    return Reply(200, await shown_movement(services, request.account, request.path["movement"]))


async def shown_movement(services: Services, account: AccountId, name: str) -> dict[str, Any]:
    """The movement called *name*, as lists show it. Raises ProblemError `not_found`."""
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    page, movement = await _find(services, account, name)
    return movement_json(name, page, movement, book.terms)


async def find_movement(services: Services, account: AccountId, name: str) -> Movement:
    """The movement called *name* as the journal has it. Raises ProblemError `not_found`."""
    if await services.ledger.read(account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    _, movement = await _find(services, account, name)
    return movement


async def _find(services: Services, account: AccountId, name: str) -> tuple[Page, Movement]:
    if _NAME.fullmatch(name) is not None:
        sequence, index = map(int, name.split("-"))
        page = await reads.page(services.ledger.table, account, sequence)
        if page is not None and index < len(page.facts["movements"]):
            return page, movement_of(page.facts["movements"][index])
    raise ProblemError("not_found", "there is no such movement")


async def _window(services: Services, request: Request) -> Window:
    """The pages that may hold something to show: page times never run backwards, so halving finds both ends."""
    after, newest_first = cursor_in(request, _NAME), choice_in(request, "order", ORDERS) == "desc"
    since, until = instant_in(request, "from"), instant_in(request, "to")
    book = await services.book(request.account)
    first, last = 1, book.position.sequence
    if since is not None and since > book.terms.opened_at:
        first = await _last_before(services, request.account, last, since) + 1
    if until is not None:
        last = await _last_before(services, request.account, last, until)
    if after and newest_first:
        last = min(last, int(after[:12]))
    elif after:
        first = max(first, int(after[:12]))
    return Window(first, last, after, newest_first)


async def _last_before(services: Services, account: AccountId, last: int, instant: datetime) -> int:
    """The last page booked before *instant*, 0 for none."""
    page = await last_page_at(services.ledger.table, account, last, instant - timedelta(microseconds=1))
    return page.sequence if page else 0


async def _movements(
    services: Services, account: AccountId, window: Window
) -> AsyncIterator[tuple[Page, int, Movement]]:
    table = services.ledger.table
    if window.newest_first:
        async for page in reads.pages_backwards(table, account, window.last, window.first):
            for index, facts in reversed(tuple(enumerate(page.facts["movements"]))):
                yield page, index, movement_of(facts)
        return
    async for page in reads.pages(table, account, window.first, window.last):
        for index, facts in enumerate(page.facts["movements"]):
            yield page, index, movement_of(facts)


def movement_json(name: str, page: Page, movement: Movement, terms: Terms) -> dict[str, Any]:
    """A movement for the API: amount = the change of the lots, less those of overdraft and accrued usage."""
    lots: dict[str, int] = {}
    owed = {OVERDRAFT: 0, ACCRUAL: 0}
    for entry in movement.entries:
        for place, amount in ((entry.source, -entry.amount), (entry.target, entry.amount)):
            lot = lot_at(place)
            if lot is not None:
                lots[lot] = lots.get(lot, 0) + amount
            elif place in owed:
                owed[place] -= amount
    currency = terms.currency
    return {
        "id": name,
        "at": instant_text(page.at),
        "kind": movement.kind.value,
        "amount": money_json(sum(lots.values()) - sum(owed.values()), currency),
        "event": {"source": movement.event.source, "id": movement.event.id} if movement.event else None,
        "lots": [{"lot": lot, "amount": money_json(amount, currency)} for lot, amount in lots.items()],
        "overdraft": money_json(owed[OVERDRAFT], currency),
        "accrued": money_json(owed[ACCRUAL], currency),
        "startedAt": instant_text(movement.started_at) if movement.started_at else None,
        "user": movement.user or None,
        "explanation": explanation_json(movement.explanation, currency),
    }


def explanation_json(facts: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """The explanation, with the rate's amounts as money."""
    if not facts:
        return None
    return {name: money_json(value, currency) if name in _MONEY else value for name, value in facts.items()}
