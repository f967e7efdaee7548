"""Fixtures for tests of use cases."""

from tests.aws import aws, aws_endpoint
from tests.telemetry_recorder import recorder
from tests.tenant import tenant, world

__all__ = ["aws", "aws_endpoint", "recorder", "tenant", "world"]
