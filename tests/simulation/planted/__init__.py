"""Bugs that are planted in the real code; the simulation must find each of them."""

from tests.simulation.planted import commits, events, holds, payments, waiting

BUGS = (*commits.BUGS, *waiting.BUGS, *payments.BUGS, *events.BUGS, *holds.BUGS)
