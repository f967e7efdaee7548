"""Fixtures of the audit's tests."""

from tests.tenant import tenant, world

__all__ = ["tenant", "world"]
