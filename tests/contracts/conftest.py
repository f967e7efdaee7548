"""Fixtures for contract tests."""

from tests.aws import aws, aws_endpoint
from tests.contracts.payment_providers import card, customer, payment, provider
from tests.contracts.stripe_stand_in import stand_in, stripe_contracts, stripe_wire
from tests.contracts.tables import client, table

__all__ = [
    "aws",
    "aws_endpoint",
    "card",
    "client",
    "customer",
    "payment",
    "provider",
    "stand_in",
    "stripe_contracts",
    "stripe_wire",
    "table",
]
