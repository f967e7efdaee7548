"""Outages of whole services: the storage, the payment provider, the mail service."""

from typing import TYPE_CHECKING

from tests.simulation.engine.faults import Call, Mishap

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

_STORAGE = ("ledger", "alarms", "suspense", "accounts")
_OUTAGES = {**dict.fromkeys(_STORAGE, Mishap.STORAGE_DOWN), "provider": Mishap.PROVIDER_DOWN, "mail": Mishap.MAIL_DOWN}

LENGTHS = (5.0, 90.0, 900.0, 7_200.0)
"""Seconds: shorter and longer than the five tries of a message."""

MIN_SECONDS_BETWEEN = 3_600.0
"""Minimum seconds between two outages of a service."""


class Outages:
    """Starts outages and knows when they end."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self._until: dict[Mishap, float] = {}

    def affects(self, call: Call) -> bool:
        """Whether this call's service is down. The call may start an outage."""
        outage = _OUTAGES.get(call.name.partition(".")[0])
        if outage is None:
            return False
        now = self._simulation.loop.time()
        if now >= self._until.get(
            outage, -MIN_SECONDS_BETWEEN
        ) + MIN_SECONDS_BETWEEN and self._simulation.faults.happens(outage):
            seconds = self._simulation.randomness.timing.choice(LENGTHS) * self._simulation.randomness.timing.random()
            self._until[outage] = now + seconds
            self._simulation.record("outage", f"{outage} for {seconds:.0f} s")
        return now < self._until.get(outage, -MIN_SECONDS_BETWEEN)

    def end(self) -> None:
        """End all outages."""
        self._until.clear()
