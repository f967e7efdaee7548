"""Fixtures for tests of telemetry."""

from tests.functions.conftest import api
from tests.telemetry_recorder import recorder
from tests.tenant import tenant, world

__all__ = ["api", "recorder", "tenant", "world"]
