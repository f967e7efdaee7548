"""The page of links that `./dev up` opens with: where everything is, a slider for the clock, what to type."""

import json
from collections.abc import Mapping
from datetime import timedelta
from html import escape
from pathlib import Path
from string import Template

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.clock.app import ClockControl
from local.start_page.own_calls import own
from local.start_page.usage_page import Bearer, UsagePage
from shared.kernel.times import a_year_after, instant_text
from shared.ports import Clock

PAGE = Path(__file__).with_name("page.html")
PAGE_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"

CALL = timedelta(seconds=90)
ACCOUNT = "11111111-1111-4111-8111-111111111111"
"""In the example of an event; the reader puts an account in its place."""

A_WEEK = timedelta(days=7)
"""Credit lapses in the night three days after its expiry: a week later it has lapsed."""


def start_page_app(
    clock: Clock, control: ClockControl, addresses: Mapping[str, str], storage: str, bearer: Bearer
) -> Starlette:
    """The page, and the one for usage files, which acts with the operator's header that *bearer* makes. *clock* is the
    ledger's, *control* moves it; *addresses* has those of the stand-ins and, as `http`, the service's.
    """

    async def page(_request: Request) -> Response:
        template = Template(PAGE.read_text("utf-8"))
        values = {**addresses, "storage": storage, **_examples(clock)}
        text = template.substitute({name: escape(value) for name, value in values.items()})
        return HTMLResponse(text, headers={"Content-Security-Policy": PAGE_POLICY})

    async def time(_request: Request) -> Response:
        return JSONResponse({"now": instant_text(clock.now().replace(microsecond=0))})

    usage = UsagePage(addresses["http"], bearer, PAGE_POLICY)
    moves = Route("/clock", own(control.move), methods=["PUT"])
    return Starlette(routes=[Route("/", page), Route("/time", time), moves, *usage.routes()])


def _examples(clock: Clock) -> dict[str, str]:
    """An event that could be sent now, and an instant to which the clock could be moved."""
    now = clock.now().replace(microsecond=0)
    event = {
        "specversion": "1.0",
        "type": "credits.usage.call.v1",
        "source": "urn:example:sbc-1",
        "id": "call-1",
        "data": {
            "account": ACCOUNT,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "calling": "+14255550101",
            "called": "+442079460123",
            "startedAt": instant_text(now - CALL),
            "durationSeconds": int(CALL.total_seconds()),
        },
    }
    return {
        "event": json.dumps(event, indent=2),
        "now": instant_text(now),
        "later": instant_text(a_year_after(now + A_WEEK).replace(hour=0, minute=0, second=0)),
    }
