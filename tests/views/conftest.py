"""Fixtures for tests of views."""

import pytest

from tests.tenant import tenant, world
from tests.views.ledger import live_through_march

__all__ = ["march", "tenant", "world"]


@pytest.fixture
async def march(tenant):
    """A tenant with the manually computed ledger."""
    await live_through_march(tenant)
    return tenant
