"""Fixtures for tests of functions."""

import pytest

from tests.functions.requests import HttpApi, functions
from tests.tenant import tenant, world

__all__ = ["api", "tenant", "world"]


@pytest.fixture
def api(world, monkeypatch):
    """The app's functions with this world's services."""
    made = HttpApi(world)
    for each in functions().values():
        module = each.get_user_function().__globals__
        if "services" in module:
            monkeypatch.setitem(module, "services", lambda: made.services)
    for name in ("_http", "_queue"):
        monkeypatch.setattr(f"functions.{name}.services", lambda: made.services)
    return made
