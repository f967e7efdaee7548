"""Bugs that are planted in the real code; the simulation must find each of them."""

from tests.simulation.planted import (
    brakes,
    cards,
    commits,
    events,
    holds,
    money_back,
    payments,
    recharges,
    statements,
    waiting,
)

BUGS = (
    *(*commits.BUGS, *waiting.BUGS, *payments.BUGS, *recharges.BUGS),
    *(*cards.BUGS, *events.BUGS, *holds.BUGS, *money_back.BUGS, *brakes.BUGS, *statements.BUGS),
)
