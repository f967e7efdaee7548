"""Fixtures of the tests of what is said."""

from tests.functions.conftest import door
from tests.listening import listening
from tests.tenant import tenant, world

__all__ = ["door", "listening", "tenant", "world"]
