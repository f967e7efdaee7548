"""Fixtures of the audit's tests."""

import asyncio
from functools import cache
from itertools import count

import pytest

from tests.audit.books import Books, rich_story
from tests.fakes.world import World
from tests.telemetry_recorder import recorder
from tests.tenant import Tenant, tenant, world

__all__ = ["books", "recorder", "tenant", "world"]

TABLES = ("ledger", "alarms", "suspense", "accounts")


@pytest.fixture
def books():
    """The rows that a rich story left, in a world of their own."""
    lived, made = _lived(), World()
    made.clock.time = lived.clock.time
    for name in TABLES:
        stored = getattr(lived, name).partitions
        getattr(made, name).partitions = {partition: dict(rows) for partition, rows in stored.items()}
        getattr(made, name)._etags = count(1_000_000)  # behind every ETag of the story
    made.rates = lived.rates
    made.services = made.process()
    return Books(Tenant(made))


@cache
def _lived():
    """The story is lived through once; every test gets its rows."""

    async def live():
        made = World()
        await made.publish()
        tenant = Tenant(made)
        await tenant.open()
        await rich_story(tenant)
        return made

    return asyncio.run(live())
