"""Bugs in the e-mail about a month that is over."""

from dataclasses import replace
from typing import Any

from shared.ledger.change import NOTHING, Change, Movement, MovementKind
from shared.notices import statements
from tests.simulation.planted.bug import Bug, Patch


def _only_by_alarm() -> list[Patch]:
    """The month is told when its alarm is due, and not in the first commit after it."""
    real = statements.tell

    def late(before: Any, after: Any, change: Change, *, now: Any) -> Change:
        due = before.told.statement_at
        return real(before, after, change, now=now) if due is None or now >= due else NOTHING

    return [(statements, "tell", late)]


def _whatever_is_committed() -> list[Patch]:
    """A month counts although nothing was booked in it."""
    real = statements.tell
    booking = (Movement(MovementKind.DEBIT, ()),)

    def always(before: Any, after: Any, change: Change, *, now: Any) -> Change:
        return real(before, after, replace(change, movements=change.movements or booking), now=now)

    return [(statements, "tell", always)]


BUGS: tuple[Bug, ...] = (
    Bug("statement told late", "a statement waits for its alarm whatever is committed", "capped", 20, _only_by_alarm),
    Bug("quiet month told", "a month without bookings is told, too", "lives", 20, _whatever_is_committed),
)
