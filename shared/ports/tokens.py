"""The door."""

from dataclasses import dataclass
from typing import Protocol

from shared.kernel.ids import AccountId


class BadTokenError(Exception):
    """A bearer token that proves nothing: missing, forged, expired, for somebody else."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the tenant of the verified token, its roles, and who exactly, for the record."""

    tenant: AccountId
    roles: frozenset[str]
    subject: str


class Tokens(Protocol):
    """The door."""

    async def verify(self, bearer: str) -> Principal:
        """Check signature, issuer, audience, time and tenant. Raises `BadTokenError`, `UnavailableError`."""
        ...
