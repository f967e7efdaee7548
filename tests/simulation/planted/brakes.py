"""Bugs in the fraud brake."""

from dataclasses import replace
from typing import Any

from shared.brake import watch
from shared.ledger.change import Change
from shared.posting.loop import consequences
from shared.recharge import trigger
from tests.simulation.planted.bug import Bug, Patch

SCENARIO = "toll fraud"


def _recharges_go_on() -> list[Patch]:
    """The trigger knows nothing of the brake."""
    real = trigger.evaluate

    def unaware(book: Any, **facts: Any) -> Change:
        return real(replace(book, brake=replace(book.brake, why=())), **facts)

    return [(trigger, "evaluate", unaware)]


def _told_by_nobody() -> list[Patch]:
    return [(consequences, "_brake", watch.watch)]


BUGS: tuple[Bug, ...] = (
    Bug("recharged while braked", "a brake does not pause auto-recharge", SCENARIO, 20, _recharges_go_on),
    Bug("braked in silence", "a brake is told to nobody", SCENARIO, 20, _told_by_nobody),
)
