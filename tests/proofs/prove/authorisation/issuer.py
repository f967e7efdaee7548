"""A token issuer with an address per tenant, like Entra ID. It signs any claims."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.clock import real_now
from local.machine.loopback import ANY_PORT, Server, address_of, open_port
from local.machine.service_settings import AUDIENCE
from local.stand_ins.issuer import DISCOVERY, KEYS, private_key

KID = "of-the-issuer"
LIFE = timedelta(hours=1)


class TenantsIssuer:
    """Signs tokens as the issuer at *address*; `stranger` is a key that it does not publish."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.key = private_key(folder / "issuer.pem")
        self.unpublished_key = private_key(folder / "unpublished_key.pem")

    @property
    def setting(self) -> str:
        """The value of the service's setting for its issuer."""
        return f"{self.address}/{{tid}}/v2.0"

    def of(self, tenant: str) -> str:
        """The issuer of one tenant's tokens."""
        return self.setting.replace("{tid}", tenant)

    def claims(self, tenant: str, roles: object, **other: Any) -> dict[str, Any]:
        """Valid claims, with *other* added or replaced."""
        now = real_now()
        facts = {"iss": self.of(tenant), "aud": AUDIENCE, "tid": tenant, "roles": roles, "oid": "somebody"}
        return {**facts, "iat": now, "nbf": now, "exp": now + LIFE, **other}

    def sign(self, claims: Mapping[str, Any], key: rsa.RSAPrivateKey, kid: str = KID) -> str:
        """A signed token with any *claims*."""
        body = json.dumps(claims, default=lambda at: int(at.timestamp())).encode()
        return jwt.PyJWS().encode(body, key, algorithm="RS256", headers={"kid": kid})

    def app(self) -> Starlette:
        """A web app that serves the discovery document and the public key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        keys = {"keys": [{**public, "kid": KID, "use": "sig", "alg": "RS256"}]}

        async def discovery(_request: Request) -> JSONResponse:
            return JSONResponse({"issuer": self.setting, "jwks_uri": f"{self.address}{KEYS}"})

        async def public_keys(_request: Request) -> JSONResponse:
            return JSONResponse(keys)

        return Starlette(routes=[Route("/common/v2.0" + DISCOVERY, discovery), Route(KEYS, public_keys)])


@contextmanager
def running_issuer() -> Iterator[TenantsIssuer]:
    """Yield an issuer whose server runs inside the block."""
    with TemporaryDirectory() as folder, open_port(ANY_PORT) as listening:
        issuer = TenantsIssuer(address_of(listening), Path(folder))
        server = Server(uvicorn.Config(issuer.app(), lifespan="off", log_config=None, access_log=False))
        serving = Thread(target=lambda: asyncio.run(server.serve([listening])))
        serving.start()
        try:
            yield issuer
        finally:
            server.should_exit = True
            serving.join()
