"""Fixtures for tests of functions."""

import pytest

from tests.functions.requests import HttpApi
from tests.tenant import tenant, world

__all__ = ["api", "tenant", "world"]


@pytest.fixture
def api(world):
    """The app's functions with this world's services."""
    made = HttpApi(world)
    with made.replacing_services():
        yield made
