"""Calls that only the start page's own script may make.

The script sends a header that another site's page cannot send, and such a page cannot read answers under another
host's name.
"""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

OWN_HEADER = "x-start-page"
OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})

Handler = Callable[[Request], Awaitable[Response]]


def own(answer: Handler) -> Handler:
    """Refuse what the page's own script did not send."""

    @wraps(answer)
    async def checked(request: Request) -> Response:
        if OWN_HEADER not in request.headers or (request.url.hostname or "") not in OWN_HOSTS:
            return JSONResponse({"detail": "only the page itself may ask"}, 403)
        return await answer(request)

    return checked
