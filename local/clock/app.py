"""The clock's control: `GET` tells the ledger's time, `PUT {"now": …}` moves it forward."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.clock import LocalClock
from local.clock.fast_forward import FastForward, FastForwardError
from local.clock.idle import NotIdleError
from shared.kernel.times import instant_text, parse_instant


def clock_app(clock: LocalClock, journey: FastForward) -> Starlette:
    """The control of *clock*; nothing of the kind exists on Azure."""

    async def tell(_request: Request) -> Response:
        now, offset = clock.now(), clock.offset
        return JSONResponse({"now": instant_text(now), "offsetSeconds": offset.total_seconds()})

    async def move(request: Request) -> Response:
        try:
            target = parse_instant((await request.json())["now"])
        except (json.JSONDecodeError, KeyError, TypeError, ValueError):
            return _problem(400, "invalid_request", 'The body is {"now": …}, an RFC 3339 instant with an offset.')
        if target < clock.now():
            return _problem(400, "invalid_request", f"The clock only goes forward; it is {instant_text(clock.now())}.")
        try:
            await journey.travel(target)
        except (FastForwardError, NotIdleError) as wrong:
            return _problem(504, "unavailable", f"Not settled: {wrong}.")
        return await tell(request)

    return Starlette(routes=[Route("/", tell, methods=["GET"]), Route("/", move, methods=["PUT"])])


def _problem(status: int, code: str, detail: str) -> Response:
    """An answer in the form of RFC 9457."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
