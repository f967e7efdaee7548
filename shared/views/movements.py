"""Movements: one per event, each with the lots it touched and why it is what it is (R9, R20)."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ledger.book import Terms
from shared.ledger.change import OVERDRAFT, Movement, MovementKind, lot_at
from shared.posting import reading
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.keys import movement_id
from shared.posting.pages import Page, movement_of
from shared.service.http import Flaw, ProblemError, Reply, Request, page_of, refused
from shared.service.services import Services
from shared.views.account import money_json
from shared.views.balance import instant_in, last_page_at

_MONEY = ("perMinute", "connectionFee")
KINDS = (*MovementKind, "refund", "chargeback", "accrual")
"""Every kind of CONTRACT 2; of some there is nothing yet."""

_NAME = re.compile(r"[0-9]{12}-[0-9]{3}")


async def list_movements(services: Services, request: Request) -> Reply:
    """Movements booked in [from, to), oldest first, of one kind if asked."""
    account, limit, kind = request.account, request.limit(), _kind(request)
    terms = await services.terms(account)
    if terms is None:
        raise refused(UNKNOWN_ACCOUNT)
    after, until = request.query.get("after", ""), instant_in(request, "to")
    first = await _first_page(services, account, after, instant_in(request, "from"))
    shown: list[dict[str, Any]] = []
    async for page, index, movement in _movements(services, account, first):
        if until is not None and page.at >= until:
            break
        name = movement_id(page.sequence, index)
        if name > after and kind in {None, movement.kind}:
            shown.append(movement_json(name, page, movement, terms))
            if len(shown) > limit:
                break
    return Reply(200, page_of(shown, limit))


async def read_movement(services: Services, request: Request) -> Reply:
    """One movement."""
    terms = await services.terms(request.account)
    if terms is None:
        raise refused(UNKNOWN_ACCOUNT)
    page, index = await _find(services, request.account, request.path["movement"])
    if page is None or index >= len(page.facts["movements"]):
        raise ProblemError("not_found", "there is no such movement")
    movement = movement_of(page.facts["movements"][index])
    return Reply(200, movement_json(request.path["movement"], page, movement, terms))


def _kind(request: Request) -> str | None:
    kind = request.query.get("kind")
    if kind and kind not in KINDS:
        flaw = Flaw("/kind", "unknown", "one of " + ", ".join(KINDS))
        raise ProblemError("invalid_request", "there is no such kind of movement", (flaw,))
    return kind or None


async def _find(services: Services, account: AccountId, name: str) -> tuple[Page | None, int]:
    if _NAME.fullmatch(name) is None:
        return None, 0
    sequence, index = map(int, name.split("-"))
    return await reading.page(services.ledger.table, account, sequence), index


async def _first_page(services: Services, account: AccountId, after: str, since: datetime | None) -> int:
    """The first page that may hold something to show."""
    first = int(after[:12]) if after[:12].isdecimal() else 1
    if since is None:
        return first
    book = await services.book(account)
    if since <= book.terms.opened_at:
        return first
    before = since - timedelta(microseconds=1)
    page = await last_page_at(services.ledger.table, account, book.position.sequence, before)
    return max(first, page.sequence + 1 if page else 1)


async def _movements(services: Services, account: AccountId, first: int) -> AsyncIterator[tuple[Page, int, Movement]]:
    book = await services.book(account)
    async for page in reading.pages(services.ledger.table, account, first, book.position.sequence):
        for index, facts in enumerate(page.facts["movements"]):
            yield page, index, movement_of(facts)


def movement_json(name: str, page: Page, movement: Movement, terms: Terms) -> dict[str, Any]:
    """A movement to the outside: amount = what the lots got or gave, less the overdraft that changed."""
    lots: dict[str, int] = {}
    overdraft = 0
    for entry in movement.entries:
        for place, amount in ((entry.source, -entry.amount), (entry.target, entry.amount)):
            lot = lot_at(place)
            if lot is not None:
                lots[lot] = lots.get(lot, 0) + amount
            elif place == OVERDRAFT:
                overdraft -= amount
    currency = terms.currency
    return {
        "id": name,
        "at": instant_text(page.at),
        "kind": movement.kind.value,
        "amount": money_json(sum(lots.values()) - overdraft, currency),
        "event": {"source": movement.event.source, "id": movement.event.id} if movement.event else None,
        "lots": [{"lot": lot, "amount": money_json(amount, currency)} for lot, amount in lots.items()],
        "overdraft": money_json(overdraft, currency),
        "startedAt": instant_text(movement.started_at) if movement.started_at else None,
        "user": movement.user or None,
        "explanation": _explanation(movement.explanation, currency),
    }


def _explanation(facts: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """Why: the rate's parts are money like any other."""
    if not facts:
        return None
    return {name: money_json(value, currency) if name in _MONEY else value for name, value in facts.items()}
