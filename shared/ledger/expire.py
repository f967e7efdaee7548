"""Expiry (R2): at its expiry a lot leaves the spendable balance by computation. What is left in it is booked as lapsed
after the grace.
"""

from datetime import datetime, timedelta

from shared.kernel.times import next_nightly
from shared.ledger.book import Book, Lot
from shared.ledger.change import BREAKAGE, Change, Entry, Movement, MovementKind, lot_place
from shared.ledger.settle import owed


def has_lapsed(lot: Lot, grace: timedelta, *, now: datetime) -> bool:
    """Whether *lot* can no longer pay for late usage. The grace is subtracted from *now*: adding it to an expiry in
    9999 would overflow.
    """
    return now - grace >= lot.expires_at


LAPSES_MAX = 20
"""The most lots that lapse in one commit. Each costs two rows, and the same commit may check the slot and fifty open
purchases. Further lots stay due, so the account is caught up again at once."""


def lapse(book: Book, grace: timedelta, *, now: datetime, lots_max: int = LAPSES_MAX) -> Change:
    """Forfeit what is left and not set aside in the lots whose grace is over: the longest expired first, one movement
    for each lot, at most *lots_max*. What must pay overdraft that a dispute has made does not lapse.
    """
    lapsed = [
        (lot, lot.free - owed(lot, book.overdraft))
        for lot in book.lots.values()
        if lot.free > 0 and has_lapsed(lot, grace, now=now)
    ]
    return Change(
        movements=tuple(
            Movement(MovementKind.EXPIRY, (Entry(lot_place(lot.id), BREAKAGE, amount),))
            for lot, amount in sorted(lapsed, key=lambda each: (each[0].expires_at, each[0].id))[:lots_max]
            if amount
        )
    )


def next_expiry_check(lot: Lot, grace: timedelta, *, now: datetime) -> datetime | None:
    """When *lot* must be checked next. Before its expiry: at the expiry, because the spendable balance falls then and
    may reach the trigger or zero without any call. After it: at the first nightly run after its grace. None when the
    rest of a lapsed lot is set aside by holds or refunds: it lapses when they end.
    """
    if lot.free == 0 and has_lapsed(lot, grace, now=now):
        return None
    return lot.expires_at if lot.expires_at > now else max(next_nightly(lot.expires_at + grace), now)
