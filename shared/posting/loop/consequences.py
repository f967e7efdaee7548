"""What follows from any decision, in the same commit (DESIGN 4, LOOP 5): overdraft, recharge trigger, notices."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared.ledger.book import Book
from shared.ledger.change import (
    NOTHING,
    Change,
    Entry,
    LedgerBrokenError,
    Movement,
    MovementKind,
    apply,
    lots_of,
)
from shared.ledger.settle import is_unsettled, settle_overdraft
from shared.notices import thresholds
from shared.recharge import trigger


def with_consequences(
    book: Book, change: Change, *, now: datetime, largest_charge_pause: timedelta
) -> tuple[Change, Book]:
    """Return *change* with everything that follows from it, and the book after all of that."""
    after = apply(book, change)
    entries = settle_overdraft(after, now=now, touched=lots_of(change.movements))
    if entries:
        change = _settled(book, change, entries, now=now)
        after = apply(book, change)
    evaluate = partial(trigger.evaluate, largest_charge_pause=largest_charge_pause)
    for rule in (evaluate, thresholds.zero, thresholds.paused):
        more = rule(after, now=now)
        if more is not NOTHING:
            change, after = change.then(more), apply(after, more)
    return change, after


def _settled(book: Book, change: Change, entries: tuple[Entry, ...], *, now: datetime) -> Change:
    """Credit appears only by a movement, and that movement pays the overdraft. Where an earlier commit could not close
    all the lots that it would have spent, the next one goes on, if need be by a movement of no event.
    """
    if not change.movements:
        if not is_unsettled(book, now=now):
            raise LedgerBrokenError("free money and overdraft stood side by side")
        return replace(change, movements=(Movement(MovementKind.DEBIT, entries),))
    last = change.movements[-1]
    paid = replace(last, entries=last.entries + entries)
    return replace(change, movements=(*change.movements[:-1], paid))
