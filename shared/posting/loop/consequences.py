"""What follows from every decision, in the same commit (DESIGN 4, LOOP 5): overdraft, recharge trigger, notices."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared.ledger.apply import apply
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change, Entry, LedgerBrokenError, Movement, MovementKind, lots_of
from shared.ledger.settle import is_unsettled, settle_overdraft
from shared.notices import thresholds
from shared.recharge import trigger


def with_consequences(
    book: Book, change: Change, *, now: datetime, largest_charge_pause: timedelta
) -> tuple[Change, Book]:
    """*change* with everything that follows from it, and the book after all of that."""
    after = apply(book, change)
    unpinned = {lot for key, _ in change.ended if key in book.holds for lot, _ in book.holds[key].pins}
    entries = settle_overdraft(after, now=now, touched=lots_of(change.movements) | unpinned)
    if entries:
        change = _with_settlement(book, change, entries, now=now)
        after = apply(book, change)
    evaluate = partial(trigger.evaluate, largest_charge_pause=largest_charge_pause)
    for rule in (evaluate, thresholds.zero, thresholds.paused):
        more = rule(after, now=now)
        if more is not NOTHING:
            change, after = change.then(more), apply(after, more)
    return change, after


def _with_settlement(book: Book, change: Change, entries: tuple[Entry, ...], *, now: datetime) -> Change:
    """Add the settlement *entries* to the last movement, because a movement creates credit. A change without movements
    needs them only when a hold ends and gives credit back, or when an earlier commit could not close all the lots that
    it had to spend: then they become a movement without an event.
    """
    if not change.movements:
        if not change.ended and not is_unsettled(book, now=now):
            raise LedgerBrokenError("there was overdraft beside free money")
        return replace(change, movements=(Movement(MovementKind.DEBIT, entries),))
    last = change.movements[-1]
    paid = replace(last, entries=last.entries + entries)
    return replace(change, movements=(*change.movements[:-1], paid))
