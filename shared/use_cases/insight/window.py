"""A window of the journal: the book at its beginning, and its pages (R21, CONTRACT 2.5)."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Lot
from shared.ledger.change import PoolUse
from shared.ledger.pause import NOT_PAUSED
from shared.ledger.pool import Pool
from shared.ledger.recharged import month_of
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE
from shared.posting.journal import reads
from shared.posting.journal.money_back_rows import PAUSE
from shared.posting.journal.pages import Page
from shared.posting.journal.recharged_rows import recharged_in
from shared.posting.journal.settings_rows import SETTINGS_TYPE
from shared.service.http import Flaw, ProblemError
from shared.service.services import Services
from shared.use_cases.insight.journal_call import is_call
from shared.views.balance import last_page_at

CALLS_MAX, PAGES_MAX = 100_000, 20_000
"""The longest window that one request replays: it takes some seconds."""

SETTINGS_PAGES_MAX = 2_000
"""How far before the window the settings of its beginning are looked for. Further back, those of today stand for them.
"""

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The pages *first* to *last*, booked at or after *since* and before *until*. *opening* is the account as it was
    before them, without holds and recharges under way. *lots* are all lots that it ever had.
    """

    since: datetime
    until: datetime
    first: int
    last: int
    opening: Book
    lots: Mapping[LotId, Lot]


async def read_window(services: Services, book: Book, since: datetime, until: datetime) -> Window:
    """The window of the account of *book*, whose pools and licences are those of the present. ProblemError if it has
    more pages than one request replays.
    """
    table, account, end = services.ledger.table, book.terms.account, book.position.sequence
    before = await last_page_at(table, account, end, since - MICROSECOND)
    ending = await last_page_at(table, account, end, until - MICROSECOND)
    first, last = (before.sequence if before else 0) + 1, ending.sequence if ending else 0
    if last - first >= PAGES_MAX:
        raise too_long()
    lots = {lot.id: lot for lot in await reads.all_lots(table, account)}
    opening = opening_book(book, before, lots, since)
    pools = await _pools(services, book, since, first)
    settings = await _settings(services, book, first)
    known = {licence.user: licence for licence in await reads.licences(table, account)}
    opening = replace(opening, pools={**book.pools, **pools}, settings=settings, licences=known)
    return Window(since, until, first, last, opening, lots)


def too_long() -> ProblemError:
    """The refusal of a window with too many calls."""
    detail = f"a window has at most {CALLS_MAX} calls and {PAGES_MAX} pages: choose a shorter one"
    return ProblemError("invalid_request", "the window is too long", (Flaw("/from", "too_long", detail),))


async def pages_of(services: Services, window: Window) -> AsyncIterator[Page]:
    """The window's pages in order. ProblemError once there are too many calls."""
    calls = 0
    async for page in reads.pages(services.ledger.table, window.opening.terms.account, window.first, window.last):
        calls += sum(map(is_call, page.facts["movements"]))
        if calls > CALLS_MAX:
            raise too_long()
        yield page


def opening_book(book: Book, before: Page | None, lots: Mapping[LotId, Lot], since: datetime) -> Book:
    """The account after the page *before*: what that page says each lot then held, and what the lot's row says of it
    for ever. What is being refunded, or disputed, is nobody's to spend.
    """
    start = replace(book, lots={}, closed={}, holds={}, intents={}, refunds={}, overdraft=0, accrued=0, slot=IDLE)
    start = replace(start, position=replace(book.position, at=since), pause=NOT_PAUSED)
    if before is None:
        return start
    after: Mapping[str, Any] = before.facts["after"]
    held = {LotId(name): parts for name, parts in after["lots"].items()}
    return replace(
        start,
        lots={name: held_lot(lots[name], *parts) for name, parts in held.items() if name in lots},
        overdraft=after["overdraft"],
        accrued=after["accrued"],
        recharged=recharged_in(after),
        pause=PAUSE.validate_python(after["pause"]) if "pause" in after else NOT_PAUSED,
    )


def held_lot(lot: Lot, remaining: int, _pinned: int, frozen: int = 0) -> Lot:
    """*lot* when it had *remaining*, of which *frozen* could be spent by nobody."""
    return replace(
        new_lot(lot),
        original=max(lot.original, remaining),
        remaining=remaining,
        refunding=frozen,
    )


def new_lot(lot: Lot) -> Lot:
    """*lot* as it was opened, still empty."""
    return replace(
        lot, remaining=0, pinned=0, refunding=0, expired=0, refunded=0, clawed_back=0, taken_back=0, claims=()
    )


async def _pools(services: Services, book: Book, since: datetime, first: int) -> dict[str, Pool]:
    """What was used of each pool of the month of *since* at that instant."""
    if not book.entitlements.subscriptions:
        return {}
    month = month_of(since)
    start = since.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    table, account = services.ledger.table, book.terms.account
    before = await last_page_at(table, account, first - 1, start - MICROSECOND)
    begun = (before.sequence if before else 0) + 1
    if first - begun > PAGES_MAX:
        raise too_long()
    found = {key: replace(pool, used=0, pinned=0) for key, pool in book.pools.items() if key.startswith(month)}
    async for page in reads.pages(table, account, begun, first - 1):
        for use in uses_of(page.facts["movements"]):
            if use.pool.startswith(month):
                pool = found.get(use.pool) or Pool(use.pool, user=use.user)
                found[use.pool] = replace(pool, used=pool.used + use.seconds)
    return found


def uses_of(movements: Iterable[Mapping[str, Any]]) -> list[PoolUse]:
    """What *movements* took from pools."""
    return [PoolUse(*use) for facts in movements for use in facts.get("pools", ())]


async def _settings(services: Services, book: Book, first: int) -> Settings:
    """The settings before the page *first*."""
    table, account = services.ledger.table, book.terms.account
    async for page in reads.pages_backwards(table, account, first - 1, max(1, first - SETTINGS_PAGES_MAX)):
        if "settings" in page.facts:
            found: Settings = SETTINGS_TYPE.validate_python(page.facts["settings"])
            return found
    return Settings() if first <= SETTINGS_PAGES_MAX else book.settings
