"""Authentication: bearer tokens."""

from dataclasses import dataclass
from typing import Protocol

from shared.kernel.ids import AccountId


class BadTokenError(Exception):
    """The bearer token is missing or invalid: forged, expired, or for another audience."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: the tenant and roles of the verified token, and the user or app (*subject*), for the record."""

    tenant: AccountId
    roles: frozenset[str]
    subject: str


class Tokens(Protocol):
    """Verification of bearer tokens."""

    async def verify(self, bearer: str) -> Principal:
        """Check signature, issuer, audience, time and tenant. Raises `BadTokenError`, `UnavailableError`."""
        ...
