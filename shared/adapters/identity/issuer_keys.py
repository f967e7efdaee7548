"""The token issuer's public keys, by their ids. Sources: OpenID Connect Discovery 1.0, RFC 7517 (JSON Web Key).

Anybody can send a token with an unknown key id, so the number of requests to the issuer does not depend on the callers.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.ports import UnavailableError

if TYPE_CHECKING:
    from jwt import PyJWK

KEPT_SECONDS = 3600.0
"""How long fetched keys are used. A key that the issuer has withdrawn is accepted no longer than that."""

UNKNOWN_KEY_PAUSE = 30.0
"""Seconds between two fetches because of an unknown key id. A new key is found after at most that time, and any number
of forged key ids causes two requests a minute to the issuer.
"""

OUTAGE_PAUSE = 5.0
"""Seconds after a failed fetch without another one, so that callers do not wait during an outage and do not make it
worse.
"""

FETCH_SECONDS = 10.0
"""How long the issuer may take for each of its two documents."""


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key. *issuer*: the only issuer whose tokens it may sign, if the key set names one ({tenantid}: the tenant)."""

    public: "PyJWK"
    issuer: str | None


class IssuerKeys:
    """The keys that the discovery document at *discovery* leads to. *monotonic* returns seconds and never goes back."""

    def __init__(self, discovery: str, monotonic: Callable[[], float]) -> None:
        self._discovery = discovery
        self._monotonic = monotonic
        self._keys: Mapping[str, IssuerKey] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None
        self._fetching = asyncio.Lock()

    async def find(self, name: str) -> IssuerKey | None:
        """The key with the id *name*; None when the issuer has no such key. Raises `UnavailableError`."""
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
            raise UnavailableError("the token issuer's keys could not be fetched a moment ago")
        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                about = await _document(client, self._discovery)
                self._keys = _usable(await _document(client, str(about["jwks_uri"])))
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, TypeError, ValueError) as outage:
            self._failed_at = self._monotonic()
            raise UnavailableError("the token issuer's keys could not be fetched") from outage
        self._fetched_at = self._monotonic()


async def _document(client: Any, address: str) -> Any:  # noqa: ANN401 - any JSON; the caller validates it
    return (await client.get(address)).raise_for_status().json()


def _usable(document: Mapping[str, Any]) -> Mapping[str, IssuerKey]:
    """The RSA signature keys in a key set, by id; ValueError when there are none."""
    from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - cold start

    found: dict[str, IssuerKey] = {}
    for facts in map(dict, document["keys"]):
        if facts.get("kty") != "RSA" or facts.get("use", "sig") != "sig" or not isinstance(facts.get("kid"), str):
            continue
        try:
            found[facts["kid"]] = IssuerKey(PyJWK.from_dict(facts, "RS256"), facts.get("issuer"))
        except PyJWTError:
            continue  # the library cannot read it, so no token with this key can be verified
    if not found:
        raise ValueError("the key set has no key for signatures")
    return found
