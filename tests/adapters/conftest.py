"""Fixtures for tests of adapters."""

from tests.adapters.issuer_server import issuer, issuer_server

__all__ = ["issuer", "issuer_server"]
