"""A correction: what was booked is unwound backwards in the order that was recorded, then booked anew (R10, R11)."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.kernel.times import a_year_after
from shared.ledger.book import Book, Funding, Lot, LotSource
from shared.ledger.change import BREAKAGE, OVERDRAFT, USAGE, Change, Entry, MovementKind, apply, lot_at, lot_place
from shared.ledger.debit import Charge, movement, spend
from shared.ledger.expire import has_lapsed
from shared.ledger.grant import PRIORITY_DEFAULT, new_lot_id
from shared.ledger.order import consumption_key


def correct(book: Book, booked: tuple[Entry, ...], charge: Charge, grace: timedelta, *, now: datetime) -> Change:
    """Give back what *booked* took and spend *charge* instead: one movement, whose amount is the difference.

    *booked* are the entries of the event's last booking, empty when it was never booked. The lots that they name must
    be in the book, open or closed.
    """
    returned = _give_back(book, booked, charge, grace, now=now)
    spent = spend(apply(book, returned), charge.amount, charge.started_at)
    unwound = returned.movements[0].entries
    return replace(returned, movements=(movement(MovementKind.CORRECTION, charge, unwound + spent),))


def _give_back(book: Book, booked: tuple[Entry, ...], charge: Charge, grace: timedelta, *, now: datetime) -> Change:
    """Undo *booked*, the last entry first. A lot takes back no more than was consumed of it: the spare credit of
    another correction may stand in it.
    """
    entries: list[Entry] = []
    spare = 0
    overdraft = book.overdraft
    for entry in reversed([entry for entry in booked if entry.target == USAGE]):
        lot = lot_at(entry.source)
        if lot is None:
            undone = min(entry.amount, overdraft)
            overdraft -= undone
            entries += [Entry(USAGE, OVERDRAFT, undone)] if undone else []
        else:
            undone = min(entry.amount, _known(book, lot).consumed)
            entries += _into_lot(_known(book, lot), undone, grace, now=now) if undone else []
        spare += entry.amount - undone
    opened, spread = _spread(book, entries, spare, charge, now=now)
    return Change(movements=(movement(MovementKind.CORRECTION, charge, tuple(entries) + spread),), opened=opened)


def _known(book: Book, lot: LotId) -> Lot:
    return book.lots[lot] if lot in book.lots else book.closed[lot]


def _into_lot(lot: Lot, amount: int, grace: timedelta, *, now: datetime) -> list[Entry]:
    """Back into its lot; if that has lapsed meanwhile, it lapses at once."""
    back = [Entry(USAGE, lot_place(lot.id), amount)]
    return [*back, Entry(lot_place(lot.id), BREAKAGE, amount)] if has_lapsed(lot, grace, now=now) else back


def _spread(
    book: Book, entries: list[Entry], spare: int, charge: Charge, *, now: datetime
) -> tuple[tuple[Lot, ...], tuple[Entry, ...]]:
    """Overdraft that later funds have settled can not be given back as overdraft: it goes into lots that were spent,
    the last in R11's order first, and what none can hold becomes a lot of its own.
    """
    filled = {entry.target: entry.amount for entry in entries}
    spread: list[Entry] = []
    for lot in sorted(book.lots.values(), key=consumption_key, reverse=True):
        room = lot.consumed - filled.get(lot_place(lot.id), 0)
        if spare and room > 0 and lot.usable_at(now):
            spread.append(Entry(USAGE, lot_place(lot.id), min(room, spare)))
            spare -= spread[-1].amount
    if spare == 0:
        return (), tuple(spread)
    fresh = Lot(
        id=new_lot_id(book, charge.event, now=now),
        source=LotSource.CORRECTION,
        funding=Funding.PAID,
        original=spare,
        remaining=0,
        pinned=0,
        purchased_at=now,
        expires_at=a_year_after(now),
        priority=PRIORITY_DEFAULT,
        payment="",
        reference="",
    )
    return (fresh,), (*spread, Entry(USAGE, lot_place(fresh.id), spare))
