"""Expiry: gone from the spendable balance by computation at the instant; booked as lapsed after the grace (R2)."""

from datetime import datetime, timedelta

from shared.kernel.times import next_nightly
from shared.ledger.book import Book, Lot
from shared.ledger.change import BREAKAGE, Change, Entry, Movement, MovementKind, lot_place


def has_lapsed(lot: Lot, grace: timedelta, *, now: datetime) -> bool:
    """Whether late usage can no longer be paid from *lot*. Counted back from *now*: a lot may expire in 9999."""
    return now - grace >= lot.expires_at


LAPSES_MAX = 20
"""Lots that lapse in one commit. Each costs two rows, and the same commit may ask after the slot and fifty open
purchases. The others are still due, so the account is looked at again at once."""


def lapse(book: Book, grace: timedelta, *, now: datetime) -> Change:
    """Forfeit what is left and not pinned in the lots whose grace is over, the longest expired first; one movement a
    lot, `LAPSES_MAX` at most.
    """
    lapsed = [lot for lot in book.lots.values() if lot.free > 0 and has_lapsed(lot, grace, now=now)]
    return Change(
        movements=tuple(
            Movement(MovementKind.EXPIRY, (Entry(lot_place(lot.id), BREAKAGE, lot.free),))
            for lot in sorted(lapsed, key=lambda lot: (lot.expires_at, lot.id))[:LAPSES_MAX]
        )
    )


def next_expiry_look(lot: Lot, grace: timedelta, *, now: datetime) -> datetime:
    """When *lot* next needs a look: at its expiry, because the spendable balance falls then and may reach the trigger
    or zero though nobody calls; later at the first nightly run after its grace.
    """
    return lot.expires_at if lot.expires_at > now else max(next_nightly(lot.expires_at + grace), now)
