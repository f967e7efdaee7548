"""The balance as of any instant (R2): as booked in the past, as it will be in the future, expiry included."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from shared.kernel.ids import AccountId, LotId
from shared.kernel.times import instant_text
from shared.ledger.apply import apply
from shared.ledger.book import Book, Lot
from shared.ledger.pin import time_out
from shared.ports import Table
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.posting.journal.pages import Page
from shared.service.http import Reply, Request, refused
from shared.service.query import instant_in
from shared.service.services import Services
from shared.views.account import account_json, balances_json, money_json


async def read_account(services: Services, request: Request) -> Reply:
    """The account as it is now."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, account_json(book, now=services.clock.now()))


async def read_balance(services: Services, request: Request) -> Reply:
    """The six numbers at `?at=`, or now. Before the account's first page there was nothing."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    now = services.clock.now()
    at = instant_in(request, "at") or now
    if at >= book.position.at:
        expected = _after_time_outs(book, services.rules.grace, at) if at > now else book
        return Reply(200, {"at": instant_text(at), **balances_json(expected, at=at)})
    found = await last_page_at(services.ledger.table, request.account, book.position.sequence, at)
    numbers = await _as_booked(services, book, found, at)
    currency = book.terms.currency
    shown = {name: money_json(micros, currency) for name, micros in numbers.items()}
    return Reply(200, {"at": instant_text(at), **shown})


def _after_time_outs(book: Book, grace: timedelta, at: datetime) -> Book:
    """The account at *at* if nothing happens until then: holds that time out by then no longer keep anything."""
    return apply(book, time_out(book, grace, now=at, rows_max=sys.maxsize))


async def last_page_at(table: Table, account: AccountId, last: int, at: datetime) -> Page | None:
    """The last page booked at or before *at*: page times never run backwards, so halving finds it in a few reads."""
    low, high, found = 1, last, None
    while low <= high:
        middle = (low + high) // 2
        page = await reads.page(table, account, middle)
        if page is not None and page.at <= at:
            found, low = page, middle + 1
        else:
            high = middle - 1
    return found


async def _as_booked(services: Services, book: Book, page: Page | None, at: datetime) -> dict[str, int]:
    """The numbers after *page*: the page itself has what every open lot held then."""
    if page is None:
        return dict.fromkeys(("balance", "held", "overdraft", "accrued", "spendable", "scoped"), 0)
    after = page.facts["after"]
    lots = cast("dict[LotId, list[int]]", after["lots"]).items()
    known = await _lots(services, book, [lot for lot, _ in lots])
    live = [(known[lot], held[0], sum(held[1:])) for lot, held in lots if known[lot].usable_at(at)]
    return {
        "balance": sum(left for _, left, _ in live),
        "held": sum(held[1] for _, held in lots),
        "overdraft": after["overdraft"],
        "accrued": after["accrued"],
        "spendable": sum(left - unusable for lot, left, unusable in live if not lot.scope),
        "scoped": sum(left - unusable for lot, left, unusable in live if lot.scope),
    }


async def _lots(services: Services, book: Book, lots: Sequence[LotId]) -> dict[LotId, Lot]:
    """Each of *lots*, for what never changes in them. The book has those that are still open; of the others only these
    are read, however many lots the account has had.
    """
    closed = [lot for lot in lots if lot not in book.lots]
    found = await asyncio.gather(*(reads.lot(services.ledger.table, book.terms.account, lot) for lot in closed))
    return {**book.lots, **{lot.id: lot for lot in found if lot is not None}}
