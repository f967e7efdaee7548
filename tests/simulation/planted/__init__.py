"""Bugs that are planted in the real code; the simulation must find each of them."""

from tests.simulation.planted import commits, events, holds, payments, recharges, waiting

BUGS = (*commits.BUGS, *waiting.BUGS, *payments.BUGS, *recharges.BUGS, *events.BUGS, *holds.BUGS)
