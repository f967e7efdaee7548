"""Fixtures for tests of use cases."""

from tests.telemetry_recorder import recorder
from tests.tenant import tenant, world

__all__ = ["recorder", "tenant", "world"]
