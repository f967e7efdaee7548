"""A correction: what was booked is unwound backwards in the order that was recorded, then booked anew (R10, R11)."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.kernel.times import a_year_after
from shared.ledger.book import OPEN_LOTS_MAX, TOO_MANY_LOTS, Book, Funding, Lot, LotSource, Refused
from shared.ledger.change import BREAKAGE, OVERDRAFT, USAGE, Change, Entry, MovementKind, apply, lot_at, lot_place
from shared.ledger.debit import Charge, movement, spend
from shared.ledger.expire import has_lapsed
from shared.ledger.grant import PRIORITY_DEFAULT, new_lot_id
from shared.ledger.order import consumption_key


def correct(
    book: Book, booked: tuple[Entry, ...], charge: Charge, grace: timedelta, *, now: datetime
) -> Change | Refused:
    """Give back what *booked* took and spend *charge* instead: one movement, whose amount is the difference.

    The new charge is paid like the old one, from lots that were usable when the call began: a lot that has lapsed since
    pays again for the call that it had paid, and only what is then left in it lapses.

    *booked* are the entries of the event's last booking, empty when it was never booked. The lots that they name must
    be in the book, open or closed.

    Refused when it would leave the account with more lots, open and to come, than `OPEN_LOTS_MAX`: it reopens those
    that were spent, and may open another.
    """
    returned = _give_back(book, booked, charge, now=now)
    unwound = returned.movements[0].entries
    spent = spend(apply(book, returned), charge.amount, charge.started_at, lots_max=OPEN_LOTS_MAX)
    spoken = replace(returned, movements=(movement(MovementKind.CORRECTION, charge, unwound + spent),))
    lapsed = _lapsed_again(apply(book, spoken), unwound, grace, now=now)
    change = replace(returned, movements=(movement(MovementKind.CORRECTION, charge, unwound + spent + lapsed),))
    after = apply(book, change)
    if book.lots_to_come(now) < after.lots_to_come(now) and after.lots_reserved(now) > OPEN_LOTS_MAX:
        return Refused("too_many_lots", f"it would reopen lots: {TOO_MANY_LOTS}")
    return change


def _lapsed_again(book: Book, unwound: tuple[Entry, ...], grace: timedelta, *, now: datetime) -> tuple[Entry, ...]:
    """What came back into a lot that has lapsed meanwhile, and was not spent by the new charge, lapses at once."""
    back: dict[LotId, int] = {}
    for entry in unwound:
        lot = lot_at(entry.target)
        if lot is not None and lot in book.lots and has_lapsed(book.lots[lot], grace, now=now):
            back[lot] = back.get(lot, 0) + entry.amount
    left = {lot: min(amount, book.lots[lot].free) for lot, amount in back.items()}
    return tuple(Entry(lot_place(lot), BREAKAGE, amount) for lot, amount in left.items() if amount > 0)


def _give_back(book: Book, booked: tuple[Entry, ...], charge: Charge, *, now: datetime) -> Change:
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
            entries += [Entry(USAGE, lot_place(lot), undone)] if undone else []
        spare += entry.amount - undone
    opened, spread = _spread(book, entries, spare, charge, now=now)
    return Change(movements=(movement(MovementKind.CORRECTION, charge, tuple(entries) + spread),), opened=opened)


def _known(book: Book, lot: LotId) -> Lot:
    return book.lots[lot] if lot in book.lots else book.closed[lot]


def _spread(
    book: Book, entries: list[Entry], spare: int, charge: Charge, *, now: datetime
) -> tuple[tuple[Lot, ...], tuple[Entry, ...]]:
    """Overdraft that later funds have settled cannot be given back as overdraft: it goes into lots that were spent,
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
