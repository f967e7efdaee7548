"""A token issuer on a real port, with real keys and documents that tests can change."""

import json
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.clock import real_now
from shared.adapters.identity.tokens import DISCOVERY, IssuedTokens
from tests.fakes.world import ACCOUNT
from tests.serving import serving

AUDIENCE = "api://credits"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The key with this name, generated once for all tests."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(name: str) -> bytes:
    return private_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_pem(name: str) -> bytes:
    return private_key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def published(name: str, **more: Any) -> dict[str, Any]:
    """One entry of a published key set."""
    facts = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key(name).public_key()))
    return {**facts, "kid": name, "use": "sig", **more}


def signed(claims: dict[str, Any] | bytes, key: str, kid: str) -> str:
    """A token with any *claims*; the library's own `encode` would require some."""
    body = claims if isinstance(claims, bytes) else json.dumps(claims, default=lambda at: int(at.timestamp())).encode()
    return jwt.PyJWS().encode(body, private_key(key), algorithm="RS256", headers={"kid": kid})


class Issuer:
    """The documents served at *address*, and the default claims of tokens. `requests` are the paths of all requests."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.tenants_path = "/{tid}/v2.0"
        self.keys: Any = [published("first")]
        self.about: Any = {"jwks_uri": f"{address}/keys"}
        self.is_away = False
        self.requests: list[str] = []
        self.seconds = 1000.0

    def tokens(self) -> IssuedTokens:
        """A verifier as in a new process."""
        return IssuedTokens(self.address + self.tenants_path, AUDIENCE, lambda: self.seconds)

    def claims(self, **other: Any) -> dict[str, Any]:
        """Valid claims, with *other* added or replaced; a value of `...` omits the claim."""
        now = real_now()
        facts = {
            "iss": self.address + self.tenants_path.replace("{tid}", ACCOUNT),
            "aud": AUDIENCE,
            "tid": ACCOUNT,
            "roles": ["Credits.Read"],
            "oid": "ann",
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(hours=1),
        }
        return {name: value for name, value in {**facts, **other}.items() if value is not ...}

    def mint(self, *, key: str = "first", kid: str = "", **other: Any) -> str:
        """A token signed with *key*, with the key id *kid*."""
        return signed(self.claims(**other), key, kid or key)

    async def answer(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        if self.is_away:
            return Response(status_code=503)
        found = self.about if request.url.path.endswith(DISCOVERY) else {"keys": self.keys}
        return Response(found if isinstance(found, bytes) else json.dumps(found), media_type="application/json")


class IssuerServer:
    """Forwards requests to the current test's issuer, so that all tests of a module share one port."""

    issuer: Issuer

    async def answer(self, request: Request) -> Response:
        return await self.issuer.answer(request)


@pytest.fixture(scope="module")
async def issuer_server():
    server = IssuerServer()
    async with serving(Starlette(routes=[Route("/{path:path}", server.answer)])) as address:
        yield server, address


@pytest.fixture
async def issuer(issuer_server) -> Issuer:
    server, address = issuer_server
    server.issuer = Issuer(address)
    return server.issuer
