"""HTTP: authentication, authorisation, CORS, and replies or refusals as responses (RFC 9457, CONTRACT 2)."""

import json
import logging
import math
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping

import azure.functions as func
from opentelemetry.trace import SpanKind, StatusCode

from shared.interface.compression import compressed
from shared.kernel.ids import account_id
from shared.ports import BadTokenError, Principal, UnavailableError
from shared.service.http import ProblemError, Reply, Request
from shared.service.operation import Operation
from shared.service.problems import RETRY_AFTER, STATUS, TYPE, title_of
from shared.service.query import read_query
from shared.service.roles import LACKING, Role, accepted
from shared.telemetry.correlation import correlated
from shared.telemetry.instruments import THROTTLED
from shared.telemetry.tracing import TRACEPARENT, current_span_context, span
from shared.wiring.composition import services, start_instrumentation

log = logging.getLogger(__name__)

EXPOSED = "ETag, Idempotent-Replayed, Location, Retry-After, X-Correlation-Id"
"""Headers of a response that a page of another origin may read."""

_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID = re.compile(r"[0-9A-Fa-f-]{32,36}")
_NUMBER = re.compile(r"[0-9][0-9.-]{5,}[0-9]")
"""Correlation ids are logged. One that contains a possible phone number, and is not a GUID, is replaced (R27)."""


async def answer(req: func.HttpRequest, operation: Operation) -> func.HttpResponse:
    """Answer *operation*: verify the token where it asks for a role, apply the tenant's request limit, check the query,
    run the use case, and turn its reply or its refusal into HTTP.
    """

    async def admitted() -> Reply:
        principal = None
        if operation.role is not None:
            principal = await _principal(req)
            _limit(principal, operation.role)
            _admit(principal, operation.role, req.route_params)
        return await operation.use_case(services(), _request(req, principal, operation))

    return await _answered(req, operation.use_case.__name__, admitted)


async def answer_unknown(req: func.HttpRequest) -> func.HttpResponse:
    """Answer 404 as a problem, for a method or an address that no operation has."""

    async def refuse() -> Reply:
        raise ProblemError("not_found", f"there is no operation {req.method} at this address")

    return await _answered(req, "unknown_route", refuse)


async def answer_preflight(req: func.HttpRequest) -> func.HttpResponse:
    """Answer a browser that asks whether a page of another origin may call the API (Fetch standard, CORS protocol).

    The answer is always 204. Only the origins in the setting `Cors__origins` get the headers that allow the call.
    """
    return func.HttpResponse(status_code=204, headers={"Vary": "Origin", **_preflight_headers(req)})


async def _answered(req: func.HttpRequest, name: str, work: Callable[[], Awaitable[Reply]]) -> func.HttpResponse:
    """The answer, under the caller's correlation id and in the caller's trace."""
    start_instrumentation()
    given = req.headers.get("x-correlation-id", "")
    correlation = given if _is_harmless(given) else uuid.uuid4().hex
    # On Azure the host's own span of the request continues the caller's trace. Elsewhere this span does.
    caller, kind = (
        (None, SpanKind.INTERNAL)
        if current_span_context().is_valid
        else (req.headers.get(TRACEPARENT), SpanKind.SERVER)
    )
    with correlated(correlation), span(name, kind, parent=caller, attributes={"correlation": correlation}) as current:
        response = await _replied(req, correlation, work)
        for header, value in _cors_headers(req).items():
            is_added = header == "Vary" and header in response.headers
            response.headers[header] = f"{response.headers[header]}, {value}" if is_added else value
        current.set_attribute("http.response.status_code", response.status_code)
        if response.status_code >= STATUS["internal"]:
            current.set_status(StatusCode.ERROR)
    return response


def _is_harmless(given: str) -> bool:
    return bool(_CORRELATION.fullmatch(given) and (_ID.fullmatch(given) or not _NUMBER.search(given)))


async def _replied(req: func.HttpRequest, correlation: str, work: Callable[[], Awaitable[Reply]]) -> func.HttpResponse:
    try:
        reply = await work()
    except ProblemError as problem:
        return _problem(problem, correlation)
    except UnavailableError as outage:
        log.warning("%s %s: %s", correlation, req.method, outage)
        return _problem(
            ProblemError("unavailable", "a service that this one depends on does not answer; try again"), correlation
        )
    except Exception:
        log.exception("%s %s failed", correlation, req.method)
        return _problem(ProblemError("internal", "an internal error, logged under this correlation id"), correlation)
    headers = {"Cache-Control": "no-store", "X-Correlation-Id": correlation, **reply.headers}
    body = reply.value if isinstance(reply.value, bytes) else json.dumps(reply.value).encode()
    body, coding = compressed(body, reply, req.headers.get("accept-encoding", ""))
    return func.HttpResponse(body, status_code=reply.status, headers={**headers, **coding}, mimetype=reply.media_type)


async def _principal(req: func.HttpRequest) -> Principal:
    """The caller, from the bearer token alone: headers that a front end may add are never read. `Credits.Operate` is
    removed from tokens of tenants that do not operate the service.
    """
    scheme, _, token = req.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ProblemError("unauthenticated", "send a bearer token")
    try:
        verified = await services().tokens.verify(token.strip())
    except BadTokenError as flaw:
        raise ProblemError("unauthenticated", "invalid token") from flaw
    return services().operators.without_foreign_operate(verified)


def _limit(principal: Principal, role: Role) -> None:
    """Refuse a tenant that sends too many requests. Call authorisation is never limited: a caller is waiting."""
    wait = None if role is Role.AUTHORISE else services().request_limit.take(principal.tenant)
    if wait is not None:
        THROTTLED.add(1, {"limit": "requests"})
        raise ProblemError("too_many_requests", "this tenant sends too many requests", retry_after=math.ceil(wait))


def _admit(principal: Principal, role: Role, path: Mapping[str, str]) -> None:
    """Refuse a token without the role. Another tenant's account is answered like an unknown one (R26)."""
    if not principal.roles & accepted(role):
        raise ProblemError("forbidden", LACKING[role])
    if "account" not in path:
        return
    try:
        asked = account_id(path["account"])
    except ValueError:
        asked = None
    if asked is None or (role is not Role.OPERATE and asked != principal.tenant):
        raise ProblemError("not_found", "there is no such account")


def _request(req: func.HttpRequest, principal: Principal | None, operation: Operation) -> Request:
    query = read_query(req.url, req.params, operation.query) if operation.is_in_v1 else {}
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Request(principal, dict(req.route_params), query, headers, req.get_body())


def _problem(problem: ProblemError, correlation: str) -> func.HttpResponse:
    status = STATUS[problem.code]
    body = {
        "type": TYPE + problem.code,
        "title": title_of(problem.code),
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "correlationId": correlation,
    }
    if problem.flaws:
        body["errors"] = [flaw.json() for flaw in problem.flaws]
    headers = {"Cache-Control": "no-store", "X-Correlation-Id": correlation}
    if problem.code in RETRY_AFTER:
        headers["Retry-After"] = RETRY_AFTER[problem.code] if problem.retry_after is None else str(problem.retry_after)
    if problem.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    return func.HttpResponse(json.dumps(body), status_code=status, headers=headers, mimetype="application/problem+json")


def _cors_headers(req: func.HttpRequest) -> Mapping[str, str]:
    """The headers that let a page of an allowed origin read a response; none for other origins, and none by default."""
    origin = req.headers.get("origin", "")
    if not origin or origin not in services().allowed_origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, "Vary": "Origin"}


def _preflight_headers(req: func.HttpRequest) -> Mapping[str, str]:
    allowed = _cors_headers(req)
    if not allowed:
        return {}
    return {
        **allowed,
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, X-Correlation-Id",
        "Access-Control-Max-Age": "600",
    }
