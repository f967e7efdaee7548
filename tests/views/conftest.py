"""Fixtures of the views' tests."""

from tests.tenant import tenant, world

__all__ = ["tenant", "world"]
