"""Fixtures of the verbs' tests."""

from tests.listening import listening
from tests.tenant import tenant, world

__all__ = ["listening", "tenant", "world"]
