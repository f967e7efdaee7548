"""Money that leaves a lot for the card it came from, and returns: the entries that refunds, chargebacks and reversed
grants have in common (R6).

What calls have consumed of it becomes overdraft, so that each lot still adds up (invariant 3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.ledger.book import Book, Lot
from shared.ledger.change import BREAKAGE, OVERDRAFT, USAGE, Entry, lot_place
from shared.ledger.expire import has_lapsed


@dataclass(frozen=True, slots=True)
class Taken:
    """The *entries* that take money out of a lot; *used* is the part that calls had consumed."""

    entries: tuple[Entry, ...]
    used: int


def take_back(lot: Lot, amount: int, place: str) -> Taken:
    """Take *amount* out of *lot* to *place*: first what is free, then what calls consumed, then what has lapsed. The
    rest is set aside or has left the lot before: it becomes overdraft beside the lot.
    """
    name, rest = lot_place(lot.id), amount
    free = min(lot.free, rest)
    used = min(lot.consumed, rest - free)
    lapsed = min(lot.expired, rest - free - used)
    moves = (
        (name, place, free),
        (OVERDRAFT, name, used),
        (name, place, used),
        (BREAKAGE, name, lapsed),
        (name, place, lapsed),
        (OVERDRAFT, place, rest - free - used - lapsed),
    )
    return Taken(tuple(Entry(*move) for move in moves if move[2]), used)


@dataclass(frozen=True, slots=True)
class Returned:
    """The *entries* that return money to a lot; *spare* is what neither the lot nor the overdraft could take."""

    entries: tuple[Entry, ...]
    spare: int


def give_back(
    book: Book, lot: Lot, amount: int, place: str, *, beside: int, used: int, grace: timedelta, now: datetime
) -> Returned:
    """Return *amount* from *place*: to the overdraft what was taken *beside* the lot, and the rest to the lot, where it
    has the lot's own expiry. The overdraft of the *used* part is settled from it first. The rest lapses at once if the
    lot has lapsed.
    """
    name = lot_place(lot.id)
    settled = min(beside, book.overdraft)
    through = amount - beside
    paid = min(through, used, book.overdraft - settled)
    lapsed = through - paid if has_lapsed(lot, grace, now=now) else 0
    moves = (
        (place, OVERDRAFT, settled),
        (place, USAGE, beside - settled),
        (place, name, through),
        (name, OVERDRAFT, paid),
        (name, BREAKAGE, lapsed),
    )
    return Returned(tuple(Entry(*move) for move in moves if move[2]), beside - settled)
