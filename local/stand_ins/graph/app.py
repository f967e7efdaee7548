"""The HTTP routes of Graph's call logs and of its tokens."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.stand_ins.graph.logs import DIRECT_ROUTING, PSTN, Logs
from shared.kernel.times import parse_instant
from shared.ports import Clock

PAGE = 1000
"""Rows of a page."""

RANGE_MAX = timedelta(days=90)

CALLED = re.compile(r"(\w+)\(fromDateTime=([^,()]+),toDateTime=([^,()]+)\)")
ROW_TYPES = {PSTN: "pstnCallLogRow", DIRECT_ROUTING: "directRoutingLogRow"}

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN = "for-tenant-"


class Graph:
    """The service. *tenant* is the one whose logs are shown to requests without a token; None: they are refused. Set
    *throttled* to let that many requests fail with 429 and *retry_after*.
    """

    def __init__(self, clock: Clock, tenant: str | None, page: int = PAGE) -> None:
        self.logs = Logs()
        self.throttled = 0
        self.retry_after: str | None = "10"
        self.requests: list[str] = []
        self._clock, self._tenant, self._page = clock, tenant, page

    def app(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/v1.0/communications/callRecords/{function}", self.calls),
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self.configuration),
                Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            ]
        )

    async def calls(self, request: Request) -> Response:
        """`GET /communications/callRecords/getPstnCalls(...)` and `getDirectRoutingCalls(...)`: one page."""
        self.requests.append(str(request.url))
        if self.throttled:
            self.throttled -= 1
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return _error(429, "TooManyRequests", "wait", headers)
        tenant = self._tenant_of(request)
        if tenant is None:
            return _error(401, "InvalidAuthenticationToken", "a bearer token of the tenant is required")
        asked = CALLED.fullmatch(request.path_params["function"])
        if asked is None or asked[1] not in ROW_TYPES:
            return _error(404, "UnknownError", "no such function")
        try:
            start, end = _instant(asked[2]), _instant(asked[3])
        except ValueError as flaw:
            return _error(400, "BadRequest", str(flaw))
        if not timedelta() <= end - start <= RANGE_MAX:
            return _error(400, "BadRequest", "the range is 0 to 90 days")
        rows = self.logs.rows(tenant, asked[1], start, end, self._clock.now())
        return JSONResponse(self._page_of(request, asked[1], rows))

    def _page_of(self, request: Request, function: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        skip = int(request.query_params.get("$skip", "0"))
        shown = rows[skip : skip + self._page]
        base = f"{request.url.scheme}://{request.url.netloc}/v1.0"
        page = {
            "@odata.context": f"{base}/$metadata#Collection(microsoft.graph.callRecords.{ROW_TYPES[function]})",
            "@odata.count": len(shown),
            "value": shown,
        }
        if skip + self._page < len(rows):
            page["@odata.nextLink"] = f"{str(request.url).split('?')[0]}?$skip={skip + self._page}"
        return page

    def _tenant_of(self, request: Request) -> str | None:
        """The tenant of the bearer token."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.removeprefix(TOKEN) if kind == "Bearer" and token.startswith(TOKEN) else self._tenant

    async def configuration(self, request: Request) -> Response:
        """The identity platform's metadata of a tenant (OpenID Connect Discovery)."""
        base = f"{request.url.scheme}://{request.url.netloc}/{request.path_params['tenant']}"
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def token(self, request: Request) -> Response:
        """A token of the client credentials flow, for an application that shows a federated credential."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        wrong = (
            form.get("grant_type") != "client_credentials"
            or form.get("client_assertion_type") != ASSERTION_TYPE
            or not form.get("client_assertion")
            or not form.get("scope", "").endswith("/.default")
        )
        if wrong:
            return JSONResponse({"error": "invalid_client", "error_description": "no assertion"}, 401)
        tenant = request.path_params["tenant"]
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": f"{TOKEN}{tenant}"})


def _instant(text: str) -> datetime:
    """A DateTimeOffset, or a date alone, as in Microsoft's examples."""
    return parse_instant(text if "T" in text else f"{text}T00:00:00Z")


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)
