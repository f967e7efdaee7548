"""The door: bearer tokens, verified in code, everywhere the same. Source: OpenID Connect Discovery, RFC 7519.

Headers that a front end may add (X-MS-CLIENT-PRINCIPAL and the like) are never read: anybody can send them.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from shared.kernel.ids import account_id
from shared.ports import BadTokenError, Principal, UnavailableError

if TYPE_CHECKING:
    from jwt import PyJWKClient

ALGORITHMS = ("RS256",)
"""What the issuer signs with. Never taken from the token."""

LEEWAY_SECONDS = 60

KEYS_KEPT_SECONDS = 3600

DISCOVERY = "/.well-known/openid-configuration"

TENANT = "{tid}"
"""In an issuer's address: the tenant of the token. An issuer of many tenants has one address for each."""

ANY_TENANT = "common"


class IssuedTokens:
    """The port `Tokens`. *issuer* is an address, perhaps with {tid}; *audience* is what tokens must be made for."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys: PyJWKClient | None = None

    async def verify(self, bearer: str) -> Principal:
        """See `Tokens.verify`. The key set is fetched by a blocking client, so off the event loop."""
        import jwt  # noqa: PLC0415 - cold start

        try:
            return await asyncio.to_thread(self._verified, bearer)
        except (jwt.PyJWKClientConnectionError, OSError) as outage:
            raise UnavailableError("the token issuer's keys could not be had") from outage
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as flaw:
            raise BadTokenError(type(flaw).__name__) from flaw

    def _verified(self, bearer: str) -> Principal:
        import jwt  # noqa: PLC0415 - cold start

        key = self._key_set().get_signing_key_from_jwt(bearer)
        claims = jwt.decode(
            bearer,
            key.key,
            algorithms=list(ALGORITHMS),
            audience=self._audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "tid"]},
        )
        tenant = account_id(claims["tid"])
        if claims["iss"] != self._issuer.replace(TENANT, tenant):
            raise jwt.InvalidIssuerError("the issuer is another, or another tenant's")
        return Principal(tenant, _roles(claims), str(claims.get("oid") or claims.get("sub") or ""))

    def _key_set(self) -> "PyJWKClient":
        """The issuer's keys, found by its discovery document and kept for a while."""
        if self._keys is None:
            import httpx  # noqa: PLC0415 - cold start
            from jwt import PyJWKClient  # noqa: PLC0415 - cold start

            try:
                found = httpx.get(self._issuer.replace(TENANT, ANY_TENANT).rstrip("/") + DISCOVERY, timeout=10)
                found.raise_for_status()
            except httpx.HTTPError as outage:
                raise OSError("the discovery document could not be had") from outage
            self._keys = PyJWKClient(found.json()["jwks_uri"], cache_keys=True, lifespan=KEYS_KEPT_SECONDS, timeout=10)
        return self._keys


def _roles(claims: dict[str, Any]) -> frozenset[str]:
    roles = claims.get("roles", [])
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
