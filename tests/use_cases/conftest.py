"""Fixtures of the verbs' tests."""

from tests.telemetry_recorder import recorder
from tests.tenant import tenant, world

__all__ = ["recorder", "tenant", "world"]
