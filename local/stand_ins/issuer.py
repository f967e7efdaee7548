"""A token issuer, like an organisation's sign-in service: it signs tokens for an hour and publishes its RSA public key.

Tokens use real time, independent of the service's clock.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.clock import real_now
from local.stand_ins.personas import only_for, persona_routes
from shared.kernel.ids import AccountId

LIFE = timedelta(hours=1)
KEYS = "/keys"
DISCOVERY = "/.well-known/openid-configuration"


def private_key(file: Path) -> rsa.RSAPrivateKey:
    """The key in *file*; if the file does not exist, a new key is generated and stored with mode 0600."""
    if not file.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        file.touch(mode=0o600)
        file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return _loaded(file.read_bytes())


@lru_cache(maxsize=8)
def _loaded(pem: bytes) -> rsa.RSAPrivateKey:
    """The key, checked once: the check takes longer than to sign a hundred tokens."""
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


class Issuer:
    """Signs tokens as the issuer *address* for *audience*, with the key in *file*."""

    def __init__(self, file: Path, address: str, audience: str) -> None:
        self._key = private_key(file)
        self._address = address
        self._audience = audience
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._kid = sha256(public).hexdigest()[:16]

    def mint(self, account: AccountId, roles: Iterable[str]) -> str:
        """A token for a new user of the tenant *account* with *roles*."""
        now = real_now()
        user = str(uuid4())
        claims = {
            "iss": self._address,
            "aud": self._audience,
            "tid": account,
            "roles": sorted(roles),
            "sub": user,
            "oid": user,
            "iat": now,
            "nbf": now,
            "exp": now + LIFE,
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})

    def app(self, service: str) -> Starlette:
        """A web app that serves the discovery document, the public key, and the sign-in of *service*'s portal."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        keys = {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "RS256"}]}
        configuration = {
            "issuer": self._address,
            "jwks_uri": f"{self._address}{KEYS}",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        }

        async def discovery(_request: Request) -> JSONResponse:
            return JSONResponse(configuration)

        async def public_keys(_request: Request) -> JSONResponse:
            return JSONResponse(keys)

        routes = [Route(DISCOVERY, discovery), Route(KEYS, public_keys), *persona_routes(self.mint, service)]
        return Starlette(routes=routes, middleware=only_for(service))
