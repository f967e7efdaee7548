"""The bridge dies once at each of its steps: every call is booked once all the same."""

import json
from dataclasses import replace
from itertools import count

import pytest

from shared.service.collection import Collection, Objects
from shared.use_cases.collection import forward_objects
from tests.fakes.object_feed import FakeObjectFeed
from tests.fakes.world import ACCOUNT
from tests.use_cases.collected import FOLDER, cdr

PROFILE = json.dumps({"format": "chime-cdr", "accountOf": {"connector-1": ACCOUNT}})
NAMES = [f"t-{number}" for number in range(12)]


class DiedError(BaseException):
    """Nothing after it is carried out, as after SIGKILL."""


async def run_dying_at(world, feed, step):
    """Let a process die at its step number *step*; whether it did."""
    steps = count()

    async def die(*_):
        if next(steps) == step:
            raise DiedError

    feed.fault = world.queues.fault = die
    services = replace(world.process(), collection=Collection(objects=Objects(feed, "connectors")))
    try:
        await forward_objects.forward_objects(services)
    except DiedError:
        return True
    finally:
        feed.fault = world.queues.fault = None
        feed.lapse()
    return False


STEPS = 24
"""Of a run without a crash: three times receive, two batches with their reads, sends and deletions."""


@pytest.mark.parametrize("step", range(STEPS + 1))
async def test_every_call_is_booked_once_wherever_the_bridge_dies(world, tenant, step):
    await tenant.grant("100")
    await world.services.imports.put_profile("connectors", PROFILE)
    feed = FakeObjectFeed()
    for name in NAMES:
        feed.put(f"{FOLDER}/{name}", json.dumps(cdr(name)).encode())
    assert await run_dying_at(world, feed, step) is (step < STEPS)
    assert not await run_dying_at(world, feed, None)
    await world.drain()
    booked = [kind for kind, _ in await tenant.booked() if kind == "debit"]
    assert (len(booked), feed.waiting, feed.dead, await tenant.reasons()) == (len(NAMES), [], [], [])
