"""Fixtures of the adapters' tests."""

from tests.adapters.issuer_rig import issuer, issuer_door

__all__ = ["issuer", "issuer_door"]
