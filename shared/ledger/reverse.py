"""A correction: a booking is unwound, its last entry first, and then booked again (R10, R11)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.kernel.times import a_year_after
from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, TOO_MANY_LOTS, Book, Funding, Lot, LotSource, Refused
from shared.ledger.change import (
    ACCRUAL,
    BREAKAGE,
    OVERDRAFT,
    PROMOTION,
    TRANSFER,
    USAGE,
    Change,
    Entry,
    EventName,
    Movement,
    MovementKind,
    lot_at,
    lot_place,
)
from shared.ledger.debit import Charge, movement, spend
from shared.ledger.expire import has_lapsed
from shared.ledger.grant import PRIORITY_DEFAULT, new_lot_id
from shared.ledger.money_back import take_back
from shared.ledger.order import consumption_key


def correct(
    book: Book, booked: tuple[Entry, ...], charge: Charge, grace: timedelta, *, now: datetime
) -> Change | Refused:
    """Return what *booked* took and spend *charge* instead, in one movement whose amount is the difference.

    The new charge is paid like the old one, from lots that were usable when the call began. A lot that has lapsed since
    then pays again for the call that it had paid, and only what is left in it after that lapses.

    *booked* are the entries of the event's last booking, empty when it was never booked. The lots that they name must
    be in the book, open or closed.

    A correction reopens lots that were spent, and may open another. It is refused when the account would then have more
    lots, open and expected, than `OPEN_LOTS_MAX`.
    """
    returned = _give_back(book, booked, charge, now=now)
    unwound = returned.movements[0].entries
    spent = spend(apply(book, returned), charge, charge.amount, lots_max=OPEN_LOTS_MAX)
    corrected = replace(returned, movements=(movement(MovementKind.CORRECTION, charge, unwound + spent),))
    lapsed = _lapsed_again(apply(book, corrected), unwound, grace, now=now)
    change = replace(returned, movements=(movement(MovementKind.CORRECTION, charge, unwound + spent + lapsed),))
    after = apply(book, change)
    if book.lots_expected(now) < after.lots_expected(now) and after.lots_reserved(now) > OPEN_LOTS_MAX:
        return Refused("too_many_lots", f"it would reopen lots: {TOO_MANY_LOTS}")
    return change


def reverse_grant(book: Book, lot_id: LotId, grant: EventName, explanation: Mapping[str, object]) -> Change:
    """Take a granted lot back, open or closed, to where it came from. What calls have consumed of it, or have set
    aside, becomes overdraft (CONTRACT 2, reverse).
    """
    lot = _lot(book, lot_id)
    place = PROMOTION if lot.funding is Funding.PROMOTIONAL else TRANSFER
    entries = take_back(lot, lot.original - lot.taken_back, place).entries
    return Change(movements=(Movement(MovementKind.CORRECTION, entries, grant, explanation=explanation),))


def _lapsed_again(book: Book, unwound: tuple[Entry, ...], grace: timedelta, *, now: datetime) -> tuple[Entry, ...]:
    """Entries for what was returned to a lot that has lapsed since, and was not spent by the new charge: it lapses at
    once.
    """
    returned: dict[LotId, int] = {}
    for entry in unwound:
        lot = lot_at(entry.target)
        if lot is not None and lot in book.lots and has_lapsed(book.lots[lot], grace, now=now):
            returned[lot] = returned.get(lot, 0) + entry.amount
    left = {lot: min(amount, book.lots[lot].free) for lot, amount in returned.items()}
    return tuple(Entry(lot_place(lot), BREAKAGE, amount) for lot, amount in left.items() if amount > 0)


def _give_back(book: Book, booked: tuple[Entry, ...], charge: Charge, *, now: datetime) -> Change:
    """Undo *booked*, the last entry first. A lot takes back no more than was consumed of it, because it may also hold
    surplus credit of another correction.
    """
    entries: list[Entry] = []
    spare = 0
    owed = {OVERDRAFT: book.overdraft, ACCRUAL: book.accrued}
    for entry in reversed([entry for entry in booked if entry.target == USAGE]):
        lot = lot_at(entry.source)
        if lot is None:
            undone = min(entry.amount, owed[entry.source])
            owed[entry.source] -= undone
            entries += [Entry(USAGE, entry.source, undone)] if undone else []
        else:
            undone = min(entry.amount, _lot(book, lot).consumed)
            entries += [Entry(USAGE, lot_place(lot), undone)] if undone else []
        spare += entry.amount - undone
    opened, spread = distributed(book, entries, spare, charge.event, now=now)
    return Change(movements=(movement(MovementKind.CORRECTION, charge, tuple(entries) + spread),), opened=opened)


def _lot(book: Book, lot: LotId) -> Lot:
    return book.lots[lot] if lot in book.lots else book.closed[lot]


def distributed(
    book: Book, entries: Sequence[Entry], spare: int, origin: EventName, *, now: datetime
) -> tuple[tuple[Lot, ...], tuple[Entry, ...]]:
    """Distribute *spare* credit, from usage. Overdraft that later funds have settled cannot be returned as overdraft:
    it goes into lots that were spent from, the last in R11's order first. What no lot can take becomes a new lot.
    """
    filled = {entry.target: entry.amount for entry in entries}
    spread: list[Entry] = []
    for lot in sorted(book.lots.values(), key=consumption_key, reverse=True):
        capacity = lot.consumed - filled.get(lot_place(lot.id), 0)
        if spare and capacity > 0 and lot.usable_at(now) and not lot.is_disputed:
            spread.append(Entry(USAGE, lot_place(lot.id), min(capacity, spare)))
            spare -= spread[-1].amount
    if spare == 0:
        return (), tuple(spread)
    new_lot = Lot(
        id=new_lot_id(book, origin, now=now),
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
    return (new_lot,), (*spread, Entry(USAGE, lot_place(new_lot.id), spare))
