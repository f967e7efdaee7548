"""The door, and the one table: refusal or outage -> status. Errors are problems (RFC 9457, CONTRACT 2)."""

import json
import logging
import math
import re
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from enum import StrEnum
from typing import TypeAlias

import azure.functions as func
from opentelemetry.trace import SpanKind, StatusCode

from shared.kernel.ids import account_id
from shared.ports import BadTokenError, Principal, UnavailableError
from shared.service.http import ProblemError, Reply, Request
from shared.service.operators import OPERATE
from shared.service.query import read_query
from shared.service.services import Services
from shared.telemetry.correlation import correlated
from shared.telemetry.instruments import THROTTLED
from shared.telemetry.tracing import TRACEPARENT, current_span_context, span
from shared.wiring.composition import services, start_instrumentation

log = logging.getLogger(__name__)

STATUS = {
    "invalid_request": 400,
    "idempotency_key_missing": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "already_exists": 409,
    "idempotency_in_progress": 409,
    "payment_pending": 409,
    "lot_spent": 409,
    "not_empty": 409,
    "stale": 412,
    "payload_too_large": 413,
    "unsupported_media_type": 415,
    "idempotency_conflict": 422,
    "currency_mismatch": 422,
    "not_eligible": 422,
    "post_usage": 422,
    "below_minimum": 422,
    "above_maximum": 422,
    "no_payment_method": 422,
    "card_declined": 422,
    "too_many_lots": 422,
    "no_rate": 404,
    "precondition_required": 428,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
}

RETRY_AFTER = {"too_many_requests": "5", "unavailable": "5", "idempotency_in_progress": "2"}

TYPE = "urn:communications-credits:problem:"
"""A URI per code."""

_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID = re.compile(r"[0-9A-Fa-f-]{32,36}")
_NUMBER = re.compile(r"[0-9][0-9.-]{5,}[0-9]")
"""A correlation id stands in logs: one that holds what could be dialled, and is no GUID, is not kept (R27)."""


class Role(StrEnum):
    """What a token may ask for; no role implies another."""

    READ = "Credits.Read"
    MANAGE = "Credits.Manage"
    AUTHORISE = "Calls.Authorise"
    OPERATE = OPERATE  # any account; only in tokens of operators' tenants
    READ_RATES = "Credits.Read or Credits.Operate"  # not a role of a token: either of the two


SAME_AS = {Role.READ_RATES: frozenset({Role.READ, Role.OPERATE})}
"""Published rates are no tenant's: both who reads an account and who operates the service may see them."""

LACKING = {role: f"the token lacks the role {role}" for role in Role} | {
    Role.OPERATE: f"the token lacks the role {OPERATE}, or is of a tenant that does not operate this service"
}
"""What is said of each."""

Verb: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]


async def answer(req: func.HttpRequest, role: Role, verb: Verb, *parameters: str) -> func.HttpResponse:
    """Let the caller in if the token allows it, carry out *verb*, and put its reply or its refusal into HTTP.

    *parameters* are those that the query may hold; a route that names none takes none.
    """

    async def admitted() -> Reply:
        principal = await _principal(req)
        _limit(principal, role)
        _admit(principal, role, req.route_params)
        return await verb(services(), _request(req, principal, parameters))

    return await _answered(req, verb.__name__, admitted)


async def answer_signed(req: func.HttpRequest, verb: Verb) -> func.HttpResponse:
    """The same for a caller who signs the body instead; the verb checks the signature. The query is not signed."""

    async def admitted() -> Reply:
        return await verb(services(), _request(req, None, ()))

    return await _answered(req, verb.__name__, admitted)


async def _answered(req: func.HttpRequest, name: str, work: Callable[[], Awaitable[Reply]]) -> func.HttpResponse:
    """The answer, under the caller's correlation id and in the caller's trace."""
    start_instrumentation()
    given = req.headers.get("x-correlation-id", "")
    correlation = given if _is_harmless(given) else uuid.uuid4().hex
    # On Azure the host has a span for the request, which goes on behind the caller's; elsewhere this is the first.
    caller, kind = (
        (None, SpanKind.INTERNAL)
        if current_span_context().is_valid
        else (req.headers.get(TRACEPARENT), SpanKind.SERVER)
    )
    with correlated(correlation), span(name, kind, parent=caller, attributes={"correlation": correlation}) as seen:
        response = await _replied(req, correlation, work)
        seen.set_attribute("http.response.status_code", response.status_code)
        if response.status_code >= STATUS["internal"]:
            seen.set_status(StatusCode.ERROR)
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
            ProblemError("unavailable", "a service behind this one does not answer; try again"), correlation
        )
    except Exception:
        log.exception("%s %s failed", correlation, req.method)
        return _problem(ProblemError("internal", "an error of ours; it is on record"), correlation)
    headers = {"Cache-Control": "no-store", "X-Correlation-Id": correlation, **reply.headers}
    return func.HttpResponse(
        json.dumps(reply.value), status_code=reply.status, headers=headers, mimetype="application/json"
    )


async def _principal(req: func.HttpRequest) -> Principal:
    """Who calls, by the bearer token alone; headers that a front end may add are never read. A verb never sees a role
    that does not count.
    """
    scheme, _, token = req.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ProblemError("unauthenticated", "send a bearer token")
    try:
        verified = await services().tokens.verify(token.strip())
    except BadTokenError as flaw:
        raise ProblemError("unauthenticated", "the token does not hold") from flaw
    return services().operators.without_foreign_operate(verified)


def _limit(principal: Principal, role: Role) -> None:
    """Whoever asks too often waits; whoever authorises calls never does: a caller is waiting for that answer."""
    wait = None if role is Role.AUTHORISE else services().request_limit.take(principal.tenant)
    if wait is not None:
        THROTTLED.add(1, {"limit": "requests"})
        raise ProblemError("too_many_requests", "this tenant sends too many requests", retry_after=math.ceil(wait))


def _admit(principal: Principal, role: Role, path: Mapping[str, str]) -> None:
    """A foreign account answers like an unknown one, whatever the token may do in its own (R26)."""
    if not principal.roles & SAME_AS.get(role, frozenset({role})):
        raise ProblemError("forbidden", LACKING[role])
    if "account" not in path:
        return
    try:
        asked = account_id(path["account"])
    except ValueError:
        asked = None
    if asked is None or (role is not Role.OPERATE and asked != principal.tenant):
        raise ProblemError("not_found", "there is no such account")


def _request(req: func.HttpRequest, principal: Principal | None, parameters: Collection[str]) -> Request:
    query = read_query(req.url, req.params, parameters)
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Request(principal, dict(req.route_params), query, headers, req.get_body())


def _problem(problem: ProblemError, correlation: str) -> func.HttpResponse:
    status = STATUS[problem.code]
    body = {
        "type": TYPE + problem.code,
        "title": problem.code.replace("_", " ").capitalize(),
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "correlationId": correlation,
    }
    if problem.flaws:
        body["errors"] = [{"pointer": flaw.pointer, "code": flaw.code, "detail": flaw.detail} for flaw in problem.flaws]
    headers = {"Cache-Control": "no-store", "X-Correlation-Id": correlation}
    if problem.code in RETRY_AFTER:
        headers["Retry-After"] = RETRY_AFTER[problem.code] if problem.retry_after is None else str(problem.retry_after)
    if problem.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    return func.HttpResponse(json.dumps(body), status_code=status, headers=headers, mimetype="application/problem+json")
