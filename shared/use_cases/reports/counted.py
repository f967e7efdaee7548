"""What one movement counts for in summed usage: a call, by destination, user, day, call kind and capability (R20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from enum import StrEnum

from shared.ledger.change import USAGE, Movement, MovementKind
from shared.rating.charge import explained_amount

CALLS = frozenset({MovementKind.DEBIT, MovementKind.ACCRUAL})
"""The kinds of movements that book a call."""


class Dimension(StrEnum):
    """By what usage is summed (CONTRACT 2.5)."""

    DESTINATION = "destination"
    USER = "user"
    DAY = "day"
    CALL_KIND = "callKind"
    CAPABILITY = "capability"


@dataclass(frozen=True, slots=True)
class Sums:
    """Calls and their times, in seconds, and what they cost, in micro-units."""

    calls: int = 0
    seconds: int = 0
    billed_seconds: int = 0
    free_seconds: int = 0
    amount: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(mine + theirs for mine, theirs in zip(self.parts, other.parts, strict=True)))

    def __neg__(self) -> "Sums":
        return Sums(*(-part for part in self.parts))

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        """The figures in their order."""
        return (self.calls, self.seconds, self.billed_seconds, self.free_seconds, self.amount)


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts on one *day* (UTC, of the call's start), under one key of each dimension."""

    day: date
    keys: tuple[str, str, str, str]
    sums: Sums

    def by(self) -> Iterable[tuple[Dimension, str]]:
        """The key in each dimension; empty where nothing is known."""
        destination, user, kind, capability = self.keys
        yield Dimension.DESTINATION, destination
        yield Dimension.USER, user
        yield Dimension.DAY, self.day.isoformat()
        yield Dimension.CALL_KIND, kind
        yield Dimension.CAPABILITY, capability


def counted(movement: Movement, replaced: Movement | None) -> list[Counted]:
    """What *movement* counts for. A correction counts for the call as it is booked now, less what the movement counted
    for that it *replaced*. Corrections of earlier versions do not name it: only their difference in money counts.
    """
    if movement.event is None or movement.started_at is None:
        return []
    if movement.kind in CALLS:
        return [_call(movement)]
    if movement.kind is not MovementKind.CORRECTION:
        return []
    if not movement.replaces:
        return [_difference(movement)]
    before = [replaced] if replaced is not None else []
    again = [] if "reverses" in movement.explanation else [_call(movement)]
    undone = [_call(each) for each in before if "reverses" not in each.explanation]
    return [*again, *(Counted(each.day, each.keys, -each.sums) for each in undone)]


def _call(movement: Movement) -> Counted:
    why = movement.explanation
    billed, free = _number(why.get("billedSeconds")), _number(why.get("freeSeconds"))
    seconds = _number(why.get("seconds"))
    return _at(movement, Sums(1, seconds, billed, free, explained_amount({"billedSeconds": 0, **why})))


def _difference(movement: Movement) -> Counted:
    spent = sum(
        (entry.target == USAGE) * entry.amount - (entry.source == USAGE) * entry.amount for entry in movement.entries
    )
    return _at(movement, Sums(amount=spent))


def _at(movement: Movement, sums: Sums) -> Counted:
    assert movement.started_at is not None, "a call has started"
    why = movement.explanation
    keys = (str(why.get("destination", "")), movement.user, str(why.get("callKind", "")), movement.capability)
    return Counted(movement.started_at.astimezone(UTC).date(), keys, sums)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
