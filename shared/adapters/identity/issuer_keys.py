"""The token issuer's public keys, by their ids. Sources: OpenID Connect Discovery 1.0, RFC 7517 (JSON Web Key).

Anybody can name a key that does not exist, so how often the issuer is asked does not depend on the callers.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.ports import UnavailableError

if TYPE_CHECKING:
    from jwt import PyJWK

KEPT_SECONDS = 3600.0
"""How long keys are believed. A key that the issuer has withdrawn is accepted no longer than that."""

UNKNOWN_KEY_PAUSE = 30.0
"""Seconds between two fetches for a key that is not among those at hand: a new key is found that late at the worst, and
forged key ids cost the issuer two requests a minute, however many come."""

OUTAGE_PAUSE = 5.0
"""Seconds for which a failed fetch answers everybody, so that callers neither wait for nor add to an outage."""

FETCH_SECONDS = 10.0
"""How long the issuer may take for each of its two documents."""


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key, and the one issuer whose tokens it may sign, where the key set says so; {tenantid} stands for a tenant."""

    public: "PyJWK"
    issuer: str | None


class IssuerKeys:
    """The keys behind the discovery document at *discovery*. *monotonic* gives seconds that only go forward."""

    def __init__(self, discovery: str, monotonic: Callable[[], float]) -> None:
        self._discovery = discovery
        self._monotonic = monotonic
        self._keys: Mapping[str, IssuerKey] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None
        self._fetching = asyncio.Lock()

    async def find(self, name: str) -> IssuerKey | None:
        """The key of that id, None when the issuer has none. Raises `UnavailableError`."""
        if self._needs_fetch(name):
            async with self._fetching:
                if self._needs_fetch(name):
                    await self._fetch()
        return self._keys.get(name)

    def _needs_fetch(self, name: str) -> bool:
        if self._fetched_at is None:
            return True
        age = self._monotonic() - self._fetched_at
        return age >= KEPT_SECONDS or (name not in self._keys and age >= UNKNOWN_KEY_PAUSE)

    async def _fetch(self) -> None:
        import httpx  # noqa: PLC0415 - cold start

        if self._failed_at is not None and self._monotonic() - self._failed_at < OUTAGE_PAUSE:
            raise UnavailableError("the token issuer's keys could not be had a moment ago")
        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                about = await _document(client, self._discovery)
                self._keys = _usable(await _document(client, str(about["jwks_uri"])))
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, TypeError, ValueError) as outage:
            self._failed_at = self._monotonic()
            raise UnavailableError("the token issuer's keys could not be had") from outage
        self._fetched_at = self._monotonic()


async def _document(client: Any, address: str) -> Any:  # noqa: ANN401 - any JSON, judged by whoever reads it
    return (await client.get(address)).raise_for_status().json()


def _usable(document: Mapping[str, Any]) -> Mapping[str, IssuerKey]:
    """RSA keys for signatures, by id; ValueError when there is none."""
    from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - cold start

    found: dict[str, IssuerKey] = {}
    for facts in map(dict, document["keys"]):
        if facts.get("kty") != "RSA" or facts.get("use", "sig") != "sig" or not isinstance(facts.get("kid"), str):
            continue
        try:
            found[facts["kid"]] = IssuerKey(PyJWK.from_dict(facts, "RS256"), facts.get("issuer"))
        except PyJWTError:
            continue  # of a kind that this library does not read: no token can name it
    if not found:
        raise ValueError("the key set holds no key for signatures")
    return found
