"""What follows from any decision, in the same commit (DESIGN 4, LOOP 5): overdraft, recharge trigger, zero balance."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change, Entry, LedgerBrokenError, apply
from shared.ledger.settle import settle_overdraft
from shared.notices import crossings
from shared.recharge import trigger


def with_consequences(book: Book, change: Change, *, now: datetime) -> tuple[Change, Book]:
    """Return *change* with everything that follows from it, and the book after all of that."""
    after = apply(book, change)
    entries = settle_overdraft(after, now=now)
    if entries:
        change = _settled(change, entries)
        after = apply(book, change)
    for rule in (trigger.evaluate, crossings.zero):
        more = rule(after, now=now)
        if more is not NOTHING:
            change, after = change.then(more), apply(after, more)
    return change, after


def _settled(change: Change, entries: tuple[Entry, ...]) -> Change:
    """Credit appears only by a movement, and that movement pays the overdraft."""
    if not change.movements:
        raise LedgerBrokenError("free money and overdraft stood side by side")
    last = change.movements[-1]
    paid = replace(last, entries=last.entries + entries)
    return replace(change, movements=(*change.movements[:-1], paid))
