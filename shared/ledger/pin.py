"""Holds set money aside for a call in progress, and end once: by usage, by a release or by their time-out (R14)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import BREAKAGE, NOTHING, Change, Entry, Movement, MovementKind, lot_place
from shared.ledger.debit import Charge, kind_of, movement, spend
from shared.ledger.expire import has_lapsed
from shared.ledger.hold import Hold, HoldEnd
from shared.ledger.order import consumption_order
from shared.ledger.settle import owed


def pin(book: Book, hold: Hold, *, now: datetime) -> Change:
    """Open *hold*, or extend it: set aside what its amount needs beyond its pins, by R11 on lots that are unexpired at
    *now* and may pay for its call kind. What lots lack stays without a pin: the caller decides whether that is allowed.
    """
    pins = dict(hold.pins)
    missing = hold.amount - hold.pinned
    for lot in consumption_order(book, now, hold.call_kind):
        if missing <= 0 or len(pins | {lot.id: 0}) > OPEN_LOTS_MAX:
            break
        part = min(lot.free, missing)
        pins[lot.id] = pins.get(lot.id, 0) + part
        missing -= part
    return Change(holds=(replace(hold, pins=tuple(pins.items())),))


def settle(book: Book, hold: Hold, charge: Charge, grace: timedelta, *, now: datetime) -> Change:
    """End *hold* by the usage of its call: its pins pay first, also those in lots that have expired since. The rest of
    the pins is free again, and lapses in this commit where its lot has lapsed; the rest of the charge is paid as
    without a hold.
    """
    ended = Change(ended=((hold.key, HoldEnd.SETTLED),))
    freed = apply(book, ended)
    entries = spend(freed, charge, charge.amount, lots_max=OPEN_LOTS_MAX, pins=hold.pins)
    debited = replace(ended, movements=(movement(kind_of(book, entries), charge, entries),))
    taken = {entry.source: entry.amount for entry in entries}
    rest = [(lot, amount - taken.get(lot_place(lot), 0)) for lot, amount in hold.pins]
    return debited.then(lapsed_rest(apply(book, debited), rest, grace, now=now))


def end_unused(book: Book, hold: Hold, how: HoldEnd, grace: timedelta, *, now: datetime) -> Change:
    """End *hold* without usage. What it had set aside is free again, and lapses at once where its lot has lapsed."""
    ended = Change(ended=((hold.key, how),))
    return ended.then(lapsed_rest(apply(book, ended), hold.pins, grace, now=now))


def time_out(book: Book, grace: timedelta, *, now: datetime, rows_max: int) -> Change:
    """End the holds that are due at *now*, the earliest first: as many as change at most *rows_max* rows, and one in
    any case. A hold whose pool is not in the book stays due.
    """
    due = sorted((hold for hold in book.holds.values() if hold.until <= now), key=lambda hold: (hold.until, hold.key))
    change, ended = NOTHING, list[Hold]()
    for hold in due:
        if hold.pool_seconds and hold.pool not in book.pools:
            continue
        ended.append(hold)
        if len(ended) > 1 and rows_of(ended) > rows_max:
            break
        unused = end_unused(book, hold, HoldEnd.TIMED_OUT, grace, now=now)
        change, book = change.then(unused), apply(book, unused)
    return change


def rows_of(ended: Collection[Hold]) -> int:
    """The most rows that a commit changes when holds end unused: each hold, each pool, and for each lot two, because it
    may be closed.
    """
    pools = {hold.pool for hold in ended if hold.pool_seconds}
    return len(ended) + len(pools) + 2 * len(lots_in(ended))


def lots_in(holds: Iterable[Hold]) -> set[LotId]:
    """The lots in which *holds* have set something aside."""
    return {lot for hold in holds for lot, _ in hold.pins}


def lapsed_rest(book: Book, rest: Iterable[tuple[LotId, int]], grace: timedelta, *, now: datetime) -> Change:
    """Forfeit the *rest* that a hold or refund has given back to lots which have lapsed meanwhile, one movement for
    each (R2).
    """
    movements = []
    for name, amount in rest:
        lot = book.lots.get(name)
        if lot is None or not has_lapsed(lot, grace, now=now):
            continue
        forfeited = min(lot.free - owed(lot, book.overdraft), amount)
        if forfeited > 0:
            movements.append(Movement(MovementKind.EXPIRY, (Entry(lot_place(name), BREAKAGE, forfeited),)))
    return Change(movements=tuple(movements)) if movements else NOTHING
