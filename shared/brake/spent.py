"""What a change spends: finished calls, and holds of calls that begin or go on (R28)."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from shared.ledger.book import Book
from shared.ledger.change import USAGE, Change, Movement, MovementKind
from shared.ledger.hold import Hold, HoldEnd

MINUTE, HOUR = 60, 3_600

_CALLS = frozenset({MovementKind.DEBIT, MovementKind.ACCRUAL})


class Spent(NamedTuple):
    """*cost* micro-units, below zero where a hold is given back, for a call of *user* to *prefix* that began *at*.
    *hourly*: as much of it as falls into one hour, because a call may last longer. *per_minute*: what a minute of it
    costs with everything. *calls*: one for a call that was not counted before.
    """

    at: datetime
    user: str
    prefix: str
    call_kind: str
    cost: int
    hourly: int
    per_minute: int
    calls: int


def spent_by(book: Book, change: Change) -> Iterator[Spent]:
    """What *change*, decided on *book*, spends. What a hold had counted when it was opened is not counted twice."""
    for hold in change.holds:
        earlier = book.holds.get(hold.key)
        added = hold.amount - (earlier.amount if earlier else 0)
        if added:
            yield _of_hold(hold, added, calls=0 if earlier and earlier.amount else 1)
    held: Hold | None = None
    for key, how in change.ended:
        ended = book.holds.get(key)
        if ended is None:
            continue
        if how is HoldEnd.SETTLED:
            held = ended
        else:
            yield _of_hold(ended, -ended.amount, calls=-1)
    for movement in change.movements:
        if movement.kind in _CALLS and movement.started_at is not None and "callKind" in movement.explanation:
            yield from _of_call(movement, movement.started_at, held)


def _of_call(movement: Movement, started_at: datetime, held: Hold | None) -> Iterator[Spent]:
    cost = sum(entry.amount for entry in movement.entries if entry.target == USAGE)
    if not cost:
        if held is not None:
            yield _of_hold(held, -held.amount, calls=-1)
        return
    facts = movement.explanation
    billed = max(1, int(str(facts.get("billedSeconds", 1))))
    counted = held.amount if held else 0
    yield Spent(
        held.since if held else started_at,
        movement.user,
        str(facts.get("prefix", "")),
        str(facts.get("callKind", "")),
        cost - counted,
        in_one_hour(cost, billed) - (in_one_hour(counted, _held_seconds(held)) if held else 0),
        cost * MINUTE // billed,
        0 if counted else 1,
    )


def _of_hold(hold: Hold, cost: int, *, calls: int) -> Spent:
    seconds = _held_seconds(hold)
    per_minute = hold.amount * MINUTE // seconds
    hourly = in_one_hour(cost, seconds)
    return Spent(hold.since, hold.user, hold.prefix, hold.call_kind, cost, hourly, per_minute, calls)


def in_one_hour(cost: int, seconds: int) -> int:
    """As much of the *cost* of *seconds* as falls into one hour."""
    return cost if seconds <= HOUR else cost * HOUR // seconds


def _held_seconds(hold: Hold) -> int:
    """The seconds that the money of *hold* pays for."""
    return max(1, hold.seconds - hold.pool_seconds)
