"""Fixtures for tests of the infrastructure."""

from tests.aws import aws_endpoint

__all__ = ["aws_endpoint"]
