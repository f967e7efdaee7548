"""Bugs put into the real code on purpose: each must be found, or the simulation is blind."""

from tests.simulation.planted import commits, events, payments, waiting

BUGS = (*commits.BUGS, *waiting.BUGS, *payments.BUGS, *events.BUGS)
