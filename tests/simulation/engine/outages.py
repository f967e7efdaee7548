"""Whole services that are away for a while: the storage, the payment provider, the mail service."""

from typing import TYPE_CHECKING

from tests.simulation.engine.faults import Call, Mishap

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

_STORAGE = ("ledger", "alarms", "suspense", "accounts")
_OUTAGES = {**dict.fromkeys(_STORAGE, Mishap.STORAGE_DOWN), "provider": Mishap.PROVIDER_DOWN, "mail": Mishap.MAIL_DOWN}

LENGTHS = (5.0, 90.0, 900.0, 7_200.0)
"""Seconds: shorter than a message's five tries, and longer."""

PEACE = 3_600.0
"""So long a service is there again, at least."""


class Outages:
    """Who is away until when."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self._until: dict[Mishap, float] = {}

    def meets(self, call: Call) -> bool:
        """Whether this call finds its service away; each may be the first one that does."""
        outage = _OUTAGES.get(call.name.partition(".")[0])
        if outage is None:
            return False
        now = self._simulation.loop.time()
        if now >= self._until.get(outage, -PEACE) + PEACE and self._simulation.faults.strikes(outage):
            seconds = self._simulation.chance.timing.choice(LENGTHS) * self._simulation.chance.timing.random()
            self._until[outage] = now + seconds
            self._simulation.tell("outage", f"{outage} for {seconds:.0f} s")
        return now < self._until.get(outage, -PEACE)

    def end(self) -> None:
        """All are there again."""
        self._until.clear()
