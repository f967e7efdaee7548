"""Fixtures of the verbs' tests."""

from tests.tenant import tenant, world

__all__ = ["tenant", "world"]
