"""Ends all faults and waits until nothing is in progress, which must happen in bounded time (liveness)."""

import asyncio
from datetime import timedelta

from shared.ports import RefundState
from tests.simulation.engine.provider import UNDECIDED
from tests.simulation.engine.simulation import Simulation

HORIZON = timedelta(days=8)
"""Alarms within this time are awaited: retries of a declined card take 4.5 days, a lapse three days and a night."""

LOOKS_MAX = 60
"""Maximum number of consecutive alarms until the run must have settled."""

IDLE_SECONDS = 3 * 86_400.0
"""Maximum time for messages in progress: a day for the provider's keys, plus the leases of crashed workers."""

PAUSE_SECONDS = 300.0

LAST_FAULT_SECONDS = 60.0
"""A call that began during faults may still crash or freeze its worker when it ends."""


def end_faults(sim: Simulation) -> None:
    """End all faults and outages, correct the clocks, and resume frozen workers."""
    if sim.is_calm:
        return
    sim.is_calm = True
    sim.faults.stop()
    sim.outages.end()
    sim.timers.off_until = 0.0
    sim.timers.schedule()
    sim.record("CALM", "no faults from here on")
    for worker in sim.workers:
        worker.correct_clock()
    for worker in sim.workers:
        worker.thaw()


async def settle(sim: Simulation) -> None:
    """Wait for one alarm after another until none is due within HORIZON."""
    await asyncio.sleep(LAST_FAULT_SECONDS)
    for _ in range(LOOKS_MAX):
        await _idle(sim)
        due = sim.timers.earliest()
        if due is None or due > sim.now() + HORIZON:
            return
        sim.timers.schedule()
        await asyncio.sleep(max((due - sim.now()).total_seconds(), 0) + 61)
    sim.fail(f"the run does not settle: the next alarm is {sim.timers.earliest()}")


async def _idle(sim: Simulation) -> None:
    """Wait until nothing is in progress: no message, delayed write, webhook or undecided payment."""
    began, pause = sim.loop.time(), 1.0
    while True:
        for payment in list(sim.provider.payments.values()):
            if payment.state in UNDECIDED:
                sim.provider.end(payment.id)
        for name, refund in list(sim.money_back.refunds.items()):
            if refund.state is RefundState.PENDING:
                sim.money_back.resolve(name, RefundState.SUCCEEDED)
        all_run = all(worker.alive and not worker.is_frozen for worker in sim.workers)
        if all_run and sim.queues.is_empty and not sim.delayed_requests and not sim.webhooks.pending:
            return
        if sim.loop.time() - began > IDLE_SECONDS:
            sim.fail(f"something is still in progress: {list(sim.queues.messages.values())}")
            return
        pause = min(pause * 1.5, PAUSE_SECONDS)
        await asyncio.sleep(pause)
