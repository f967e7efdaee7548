"""Personas: the portal's sign-in on a development machine. A person chooses an account and a part to play, and gets a
token of the stand-in issuer. The pages that may ask are those of the service itself.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from shared.kernel.ids import AccountId, account_id

MODULE = Path(__file__).with_name("sign-in.js")

OPERATE = ("Credits.Operate",)
OPERATOR = AccountId("00000000-0000-4000-8000-000000000000")

PARTS = {
    "manager": ("Credits.Read", "Credits.Manage"),
    "reader": ("Credits.Read",),
    "operator": ("Credits.Read", "Credits.Manage", "Credits.Operate"),
    "nobody": (),
}
"""The parts that a person can play, with the roles in the token: the last one shows how the portal refuses."""

Mint = Callable[[AccountId, tuple[str, ...]], str]


def persona_routes(mint: Mint, service: str) -> list[Route]:
    """The module that the portal loads, and what it asks for: accounts, a new account, a token."""

    async def module(_request: Request) -> Response:
        return FileResponse(MODULE, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def accounts(_request: Request) -> Response:
        answer = await _ask(mint, service, "GET", "/accounts", params={"limit": 100, "order": "desc"})
        return JSONResponse(answer.json(), answer.status_code)

    async def new_account(_request: Request) -> Response:
        terms = {"account": str(uuid4()), "name": "Contoso", "currency": "USD", "country": "US"}
        answer = await _ask(mint, service, "POST", "/accounts", json=terms)
        return JSONResponse(answer.json(), answer.status_code)

    async def token(request: Request) -> Response:
        asked = await request.json()
        try:
            account, roles = account_id(asked["account"]), PARTS[asked["part"]]
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"detail": "the body is {account, part}"}, 400)
        return JSONResponse({"token": mint(account, roles)})

    return [
        Route("/sign-in.js", module),
        Route("/personas/accounts", accounts, methods=["GET"]),
        Route("/personas/accounts", new_account, methods=["POST"]),
        Route("/personas/token", token, methods=["POST"]),
    ]


def only_for(service: str) -> list[Middleware]:
    """Browsers give the answers to pages of *service* only."""
    return [Middleware(CORSMiddleware, allow_origins=[service], allow_methods=["GET", "POST"], allow_headers=["*"])]


async def _ask(mint: Mint, service: str, method: str, path: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {mint(OPERATOR, OPERATE)}"}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        return await client.request(method, f"{service}/api/v1{path}", headers=headers, **more)  # type: ignore[arg-type]  # any of httpx's own
