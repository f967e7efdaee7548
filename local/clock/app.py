"""The clock's control: `GET` reads the ledger's time, `PUT {"now": …}` moves it forward."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.clock import LocalClock
from local.clock.errors import BackwardsError, FastForwardError, NotIdleError
from shared.kernel.times import instant_text, parse_instant

if TYPE_CHECKING:
    from local.clock.fast_forward import FastForward

BODY = '{"now": "2027-12-31T00:00:00Z"}'
FLAWS = {"invalid": "an RFC 3339 time with an offset", "backwards": "is before the ledger's time"}
TITLES = {400: "Bad Request", 504: "Gateway Timeout"}


class ClockControl:
    """Reads and moves *clock* over HTTP; there is no such control on Azure.

    *make* is called at the first move: what moves the clock takes longer to load than all the rest of the stand-ins.
    """

    def __init__(self, clock: LocalClock, make: "Callable[[], FastForward]") -> None:
        self._clock, self._fast_forward = clock, cache(make)

    async def show(self, _request: Request) -> Response:
        """The ledger's time, and how far it is ahead of real time."""
        now, offset = self._clock.now(), self._clock.offset
        return JSONResponse({"now": instant_text(now), "offsetSeconds": offset.total_seconds()})

    async def move(self, request: Request) -> Response:
        """The time once everything that is due until the instant in the body is done; 400 or 504 if it is not."""
        try:
            target = parse_instant((await request.json())["now"])
        except (KeyError, TypeError, ValueError):
            return _problem(400, f"The body is {BODY}: an RFC 3339 time with an offset.", "invalid")
        try:
            await self._fast_forward().to(target)
        except BackwardsError as wrong:
            return _problem(400, str(wrong), "backwards")
        except (FastForwardError, NotIdleError) as wrong:
            return _problem(504, f"Not settled: {wrong}.")
        return await self.show(request)


def clock_app(control: ClockControl) -> Starlette:
    """The control for commands; the start page has its own."""
    return Starlette(
        routes=[Route("/", control.show, methods=["GET"]), Route("/", control.move, methods=["PUT"])],
    )


def _problem(status: int, detail: str, flaw: str = "") -> Response:
    """A problem in the form of RFC 9457 and CONTRACT 2; *flaw* is the code of what is wrong with the field `now`."""
    body = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "code": "invalid_request" if flaw else "unavailable",
        "detail": detail,
        "errors": [{"pointer": "/now", "code": flaw, "detail": FLAWS[flaw]}] if flaw else [],
    }
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
