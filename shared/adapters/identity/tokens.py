"""Authentication: bearer tokens, verified in code, in the same way everywhere. Sources: RFC 7519, RFC 8725.

Headers that a front end may add, such as X-MS-CLIENT-PRINCIPAL, are never read: anybody can send them.
"""

from collections.abc import Callable
from typing import Any

from shared.adapters.identity.issuer_keys import IssuerKey, IssuerKeys
from shared.kernel.ids import AccountId, account_id
from shared.ports import BadTokenError, Principal

ALGORITHMS = ("RS256",)
"""The issuer's signature algorithms. They are never taken from the token."""

LEEWAY_SECONDS = 60

TOKEN_CHARACTERS_MAX = 16 * 1024
"""Longer tokens are not decoded. Entra's limit for tokens with many groups is far below."""

REQUIRED = ("exp", "iat", "iss", "aud", "tid")

DISCOVERY = "/.well-known/openid-configuration"

TENANT = "{tid}"
"""In an issuer's address: replaced by the token's tenant. An issuer of many tenants has one address for each."""

ANY_TENANT = "common"

KEY_TENANT = "{tenantid}"
"""The same in a key's `issuer`. Source: Microsoft identity platform, Access tokens, Validate the issuer."""


class IssuedTokens:
    """The port `Tokens`. *issuer* is an address, which may contain {tid}; *audience* is the audience that tokens must
    have; *monotonic* returns seconds and never goes back.
    """

    def __init__(self, issuer: str, audience: str, monotonic: Callable[[], float]) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = IssuerKeys(issuer.replace(TENANT, ANY_TENANT).rstrip("/") + DISCOVERY, monotonic)

    async def verify(self, bearer: str) -> Principal:
        """See `Tokens.verify`. No content of a token leads to another exception than the two named there."""
        import jwt  # noqa: PLC0415 - cold start

        try:
            return self._principal(bearer, await self._key(bearer))
        except (jwt.PyJWTError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as flaw:
            raise BadTokenError(type(flaw).__name__) from flaw

    async def _key(self, bearer: str) -> IssuerKey:
        """The key that the token names. The issuer is not asked for a token that cannot be valid anyway."""
        import jwt  # noqa: PLC0415 - cold start

        if len(bearer) > TOKEN_CHARACTERS_MAX:
            raise jwt.DecodeError("longer than any token")
        header = jwt.get_unverified_header(bearer)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError("another algorithm")
        key = await self._keys.find(header["kid"])
        if key is None:
            raise jwt.InvalidKeyError("the issuer has no such key")
        return key

    def _principal(self, bearer: str, key: IssuerKey) -> Principal:
        import jwt  # noqa: PLC0415 - cold start

        claims = jwt.decode(
            bearer,
            key.public,
            algorithms=list(ALGORITHMS),
            audience=self._audience,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED)},
        )
        tenant = _tenant(claims)
        issuer = self._issuer.replace(TENANT, tenant)
        if claims["iss"] != issuer or (key.issuer or issuer).replace(KEY_TENANT, tenant) != issuer:
            raise jwt.InvalidIssuerError("another issuer, or that of another tenant")
        return Principal(tenant, _roles(claims), str(claims.get("oid") or claims.get("sub") or ""))


def _tenant(claims: dict[str, Any]) -> AccountId:
    tenant = claims["tid"]
    if not isinstance(tenant, str):
        raise TypeError("tid is not a string")
    return account_id(tenant)


def _roles(claims: dict[str, Any]) -> frozenset[str]:
    roles = claims.get("roles", [])
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
