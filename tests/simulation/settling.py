"""Faults stop, clocks are right, whoever slept goes on: now everything must come to rest within bounds (liveness)."""

import asyncio
from datetime import timedelta

from tests.simulation.engine.provider import UNDECIDED
from tests.simulation.engine.simulation import Simulation

HORIZON = timedelta(days=8)
"""The retries of a declined card take four and a half days, a lapse three and a night."""

LOOKS_MAX = 60
"""Alarms that may come one after another before all rests."""

IDLE_SECONDS = 3 * 86_400.0
"""Nothing that was sent takes longer than that: a day for the provider's keys, and the leases of dead workers."""

PAUSE_SECONDS = 300.0


def calm(sim: Simulation) -> None:
    """Nothing goes wrong any more."""
    if sim.is_quiet:
        return
    sim.is_quiet = True
    sim.faults.stop()
    sim.outages.end()
    sim.timers.off_until = 0.0
    sim.timers.look()
    sim.tell("QUIET", "from here on nothing goes wrong")
    for worker in sim.workers:
        worker.right_clock()
    for worker in sim.workers:
        worker.thaw()


async def come_to_rest(sim: Simulation) -> None:
    """Go from alarm to alarm until nothing is due for long."""
    for _ in range(LOOKS_MAX):
        await _idle(sim)
        due = sim.timers.earliest()
        if due is None or due > sim.now() + HORIZON:
            return
        sim.timers.look()
        await asyncio.sleep(max((due - sim.now()).total_seconds(), 0) + 61)
    sim.fail(f"it does not come to rest: the next alarm is {sim.timers.earliest()}")


async def _idle(sim: Simulation) -> None:
    """Nothing is under way: no message, no late write, no webhook, no bank that thinks."""
    began, pause = sim.loop.time(), 1.0
    while True:
        for payment in list(sim.provider.payments.values()):
            if payment.state in UNDECIDED:
                sim.provider.end(payment.id)
        everybody = all(worker.alive for worker in sim.workers)
        if everybody and sim.queues.is_empty and not sim.landing and not sim.webhooks.pending:
            return
        if sim.loop.time() - began > IDLE_SECONDS:
            sim.fail(f"something is still under way: {list(sim.queues.messages.values())}")
            return
        pause = min(pause * 1.5, PAUSE_SECONDS)
        await asyncio.sleep(pause)
