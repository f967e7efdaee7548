"""Fixtures of the functions' tests."""

import pytest

from tests.functions.requests import Door, functions
from tests.tenant import tenant, world

__all__ = ["door", "tenant", "world"]


@pytest.fixture
def door(world, monkeypatch):
    """The app's own functions, on this world instead of Azure."""
    made = Door(world)
    for each in functions().values():
        room = each.get_user_function().__globals__
        if "services" in room:
            monkeypatch.setitem(room, "services", lambda: made.services)
    for door_of in ("_http", "_queue"):
        monkeypatch.setattr(f"functions.{door_of}.services", lambda: made.services)
    return made
