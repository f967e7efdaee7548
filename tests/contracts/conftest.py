"""Fixtures of the contract tests."""

from tests.contracts.payment_bench import bench, card, customer, payment
from tests.contracts.stripe_rig import stand_in, stripe_contracts, stripe_wire
from tests.contracts.table_bench import client, table

__all__ = ["bench", "card", "client", "customer", "payment", "stand_in", "stripe_contracts", "stripe_wire", "table"]
