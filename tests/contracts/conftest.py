"""Fixtures of the contract tests."""

from tests.contracts.stripe_rig import stand_in, stripe_contracts, stripe_wire

__all__ = ["stand_in", "stripe_contracts", "stripe_wire"]
