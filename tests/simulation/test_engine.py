"""The simulation itself: virtual time, repeatable runs, the same queues and triggers as deployed."""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from function_app import app
from tests.simulation.engine.queues import HANDLERS, POISON
from tests.simulation.engine.virtual_time import StalledError, VirtualLoop, determined
from tests.simulation.parallel_runs import run_seed
from tests.simulation.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]

TELL = "from tests.simulation.test_engine import SOME, digest_of; print(digest_of(SOME))"

SOME = range(0, len(SCENARIOS), 3)
"""A seed for every third scenario."""


def digest_of(seeds):
    """The digest of the event logs of these seeds."""
    stories = "\n".join(str(run_seed(seed, logged=True).log) for seed in seeds)
    return hashlib.sha256(stories.encode()).hexdigest()


def run(main):
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main), loop.time()
    finally:
        loop.end()


def test_a_virtual_year_costs_nothing():
    async def wait():
        await asyncio.sleep(365 * 86_400)
        return "there"

    assert run(wait()) == ("there", 365 * 86_400)


def test_timers_fire_in_order_and_cancelled_ones_never():
    async def order():
        fired: list[str] = []
        loop = asyncio.get_running_loop()
        for name, delay in (("b", 2.0), ("a", 1.0), ("c", 3.0)):
            loop.call_later(delay, fired.append, name)
        loop.call_later(1.5, fired.append, "never").cancel()
        await asyncio.sleep(4)
        return fired

    assert run(order())[0] == ["a", "b", "c"]


def test_waiting_for_ever_raises_an_error():
    async def wait():
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StalledError):
        run(wait())


def test_randomness_depends_on_the_seed_and_is_restored_afterwards():
    def drawn():
        with determined("seed"):
            return random.random(), uuid.uuid4()

    assert drawn() == drawn()
    assert uuid.uuid4() != uuid.uuid4()


def test_the_same_seed_has_the_same_event_log_for_any_order_of_sets():
    here = digest_of(SOME)
    output = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert output.stdout.strip() == here


def test_the_simulation_delivers_exactly_the_queues_that_functions_read():
    triggers = [function.get_trigger() for function in app.get_functions()]
    read = {trigger.queue_name for trigger in triggers if trigger is not None and hasattr(trigger, "queue_name")}
    assert read == set(HANDLERS)
    assert {queue.removesuffix(POISON) for queue in HANDLERS} <= read
