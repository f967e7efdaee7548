"""Fixtures of the functions' tests."""

import pytest

from tests.functions.requests import Door
from tests.tenant import tenant, world

__all__ = ["door", "tenant", "world"]


@pytest.fixture
def door(world):
    """The app's own functions, on this world instead of Azure."""
    made = Door(world)
    with made.in_place():
        yield made
