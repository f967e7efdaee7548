"""Fixtures of the views' tests."""

import pytest

from tests.tenant import tenant, world
from tests.views.ledger import live_through_march

__all__ = ["march", "tenant", "world"]


@pytest.fixture
async def march(tenant):
    """A tenant who lived through the ledger that is written by hand."""
    await live_through_march(tenant)
    return tenant
