"""Fixtures for tests of the audit."""

import asyncio
from functools import cache
from itertools import count

import pytest

from tests.audit.books import Books, full_scenario
from tests.fakes.world import ACCOUNT, World
from tests.telemetry_recorder import recorder
from tests.tenant import Tenant, tenant, world

__all__ = ["books", "recorder", "tenant", "world"]

TABLES = ("ledger", "alarms", "suspense", "accounts")


@pytest.fixture
def books():
    """The rows of the scenario, in a separate world."""
    original, made = _scenario(), World()
    made.clock.time = original.clock.time
    for name in TABLES:
        stored = getattr(original, name).partitions
        getattr(made, name).partitions = {partition: dict(rows) for partition, rows in stored.items()}
        getattr(made, name)._etags = count(1_000_000)  # later than every ETag of the scenario
    made.rates = original.rates
    made.services = made.process()
    return Books(Tenant(made))


@cache
def _scenario():
    """Run the scenario once; every test gets a copy of its rows."""

    async def run():
        made = World()
        await made.publish()
        tenant = Tenant(made)
        await tenant.open()
        await full_scenario(tenant)
        assert await made.services.ledger.drain(ACCOUNT)
        return made

    return asyncio.run(run())
