"""The page on which a file of usage is dropped: it sends the file to the service, and shows what was booked, what was
not, and why.

The page acts as an operator, so only its own script may call it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.start_page.own_calls import own
from shared.readers.formats import FORMATS

PAGE = Path(__file__).with_name("usage.html")

SHOWN = 50
"""Calls, and items in suspense, that are shown."""

PATIENCE_SECONDS = 120.0

Bearer = Callable[[str], Mapping[str, str]]
"""Makes the header with an operator's token of the given tenant."""

OPERATOR = "00000000-0000-4000-8000-000000000000"


class UsagePage:
    """The page's routes. *http* is the service's address."""

    def __init__(self, http: str, bearer: Bearer, policy: str) -> None:
        self._http, self._bearer, self._policy = f"{http}/api/v1", bearer, policy

    def routes(self) -> list[Route]:
        """The page, and what its script calls."""
        return [
            Route("/usage", self._page),
            Route("/usage/accounts", own(self._accounts)),
            Route("/usage/file", own(self._send), methods=["POST"]),
            Route("/usage/file/{receipt}", own(self._read)),
        ]

    async def _page(self, _request: Request) -> Response:
        options = "".join(f"<option>{name}</option>" for name in FORMATS)
        text = PAGE.read_text("utf-8").replace("$formats", options)
        return HTMLResponse(text, headers={"Content-Security-Policy": self._policy})

    async def _accounts(self, _request: Request) -> Response:
        return await self._forwarded("GET", "/accounts", {"limit": "1000"})

    async def _send(self, request: Request) -> Response:
        """Send the file on, and answer with its receipt."""
        return await self._forwarded("POST", "/usage", dict(request.query_params), await request.body())

    async def _read(self, request: Request) -> Response:
        """The receipt, the newest calls of the account that came in this format, and the newest items in suspense."""
        answer = await self._forwarded("GET", f"/usage/{request.path_params['receipt']}", {})
        if answer.status_code != httpx.codes.OK:
            return answer
        shown = await self._json(f"/usage/{request.path_params['receipt']}", {})
        newest = {"order": "desc", "limit": "1000"}
        account = request.query_params.get("account", "")
        calls = await self._json(f"/accounts/{account}/movements", newest, account)
        source = f"urn:credits:{shown['format']}:"
        booked = [
            item for item in calls.get("items", []) if (item.get("event") or {}).get("source", "").startswith(source)
        ]
        waiting = await self._json("/suspense", newest)
        since = [item for item in waiting.get("items", []) if item["receivedAt"] >= shown["receivedAt"]]
        return JSONResponse({"receipt": shown, "booked": booked[:SHOWN], "suspended": since[:SHOWN]})

    async def _json(self, path: str, query: Mapping[str, str], tenant: str = OPERATOR) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            answer = await client.get(self._http + path, params=dict(query), headers=dict(self._bearer(tenant)))
        found: dict[str, Any] = answer.json()
        return found

    async def _forwarded(self, method: str, path: str, query: Mapping[str, str], body: bytes = b"") -> Response:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            answer = await client.request(
                method, self._http + path, params=dict(query), headers=dict(self._bearer(OPERATOR)), content=body
            )
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
