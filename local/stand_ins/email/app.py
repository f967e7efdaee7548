"""The e-mail stand-in's HTTP routes: the service's two operations, the mailbox for people and tests, and a control."""

from collections import deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.stand_ins.email.mailbox import Mailbox
from local.stand_ins.email.preview import preview, preview_one
from local.stand_ins.email.request import RefusedError, check_version, email_of, operation_of
from local.stand_ins.email.signature import is_signed
from shared.ports import Clock

PAGE = Path(__file__).with_name("mailbox.html")
PAGE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'"
)
"""E-mails are shown unchanged, so they may load nothing and run nothing."""

TIMES_MAX = 1000


class Outcome(StrEnum):
    """What happens to the next e-mails instead of being accepted and answered."""

    THROTTLED = "throttled"  # 429, not accepted
    ERROR_500 = "error_500"  # 500, not accepted
    REFUSED = "refused"  # 400, never accepted
    TIMEOUT = "timeout"  # accepted, and no answer comes: the worst case for a caller


_ANSWERS = {
    Outcome.THROTTLED: RefusedError(429, "TooManyRequests", "too many e-mails in this minute"),
    Outcome.ERROR_500: RefusedError(500, "InternalServerError", "something broke"),
    Outcome.REFUSED: RefusedError(400, "EmailDroppedAllRecipientsSuppressed", "this e-mail will never be accepted"),
}

Handler = Callable[[Request], Awaitable[Response]]


class EmailService:
    """The service's state, and the handlers of its routes."""

    def __init__(self, clock: Clock, key: str, folder: Path) -> None:
        self._clock = clock
        self._key = key
        self._mailbox = Mailbox(folder)
        self._planned: deque[Outcome] = deque()

    def guarded(self, handler: Handler) -> Handler:
        """*handler* after a check of signature and version. A refusal is answered as the service answers it."""

        async def answer(request: Request) -> Response:
            try:
                await self._check_signature(request)
                check_version(request)
                return await handler(request)
            except RefusedError as refusal:
                return _error(refusal)

        return answer

    async def _check_signature(self, request: Request) -> None:
        target = f"{unquote(request.scope['raw_path'].decode())}?{request.scope['query_string'].decode()}"
        if not is_signed(request.method, target, request.headers, await request.body(), self._key):
            raise RefusedError(401, "Denied", "the request is not signed with the key")

    async def send(self, request: Request) -> Response:
        """`POST /emails:send`."""
        email, operation = email_of(await request.body()), operation_of(request) or str(uuid4())
        outcome = self._planned.popleft() if self._planned else None
        if outcome in _ANSWERS:
            raise _ANSWERS[outcome]
        self._mailbox.take(at=self._clock.now(), operation=operation, **email)
        if outcome is Outcome.TIMEOUT:
            await _caller_gone(request)
        version = request.query_params["api-version"]
        # Two slashes, as in the example of the service's contract: callers follow the address and never build it.
        location = f"{request.base_url}/emails/operations/{operation}?api-version={version}"
        headers = {"Operation-Location": location, "retry-after": "1"}
        return JSONResponse({"id": operation, "status": "Running"}, 202, headers)

    async def operation(self, request: Request) -> Response:
        """`GET /emails/operations/{id}`: every accepted e-mail counts as delivered."""
        operation = request.path_params["operation"]
        if not any(email.operation == operation for email in self._mailbox.emails):
            raise RefusedError(404, "OperationNotFound", "there is no such operation")
        return JSONResponse({"id": operation, "status": "Succeeded"})

    async def messages(self, request: Request) -> Response:
        """`GET /messages`: the e-mails, oldest first. `DELETE`: delete them all."""
        if request.method == "DELETE":
            self._mailbox.clear()
            return Response(status_code=204)
        return JSONResponse([email.shown() for email in self._mailbox.emails])

    async def file(self, request: Request) -> Response:
        """`GET /messages/{number}.eml`: one e-mail as a file for a mail program."""
        path = self._mailbox.file(request.path_params["number"])
        return FileResponse(path, media_type="message/rfc822") if path.exists() else Response(status_code=404)

    async def plan(self, request: Request) -> Response:
        """`POST /_control/outcome`: the next *times* e-mails meet *outcome*. `GET`: what is planned."""
        if request.method == "POST":
            planned = await request.json()
            try:
                outcome, times = Outcome(planned["outcome"]), int(planned.get("times", 1))
            except (KeyError, TypeError, ValueError):
                return JSONResponse({"outcome": [*Outcome], "times": "a number"}, 400)
            self._planned.extend([outcome] * min(times, TIMES_MAX))
        return JSONResponse({"planned": [*self._planned]})

    async def page(self, _request: Request) -> Response:
        """`GET /`: the mailbox for people."""
        return HTMLResponse(PAGE.read_text("utf-8"), headers={"Content-Security-Policy": PAGE_POLICY})


def make_app(clock: Clock, key: str, folder: Path) -> Starlette:
    """The stand-in. *clock* is the ledger's, for the times of e-mails. *key* is base64, like the service's access keys.
    E-mails are stored in *folder*, and those that are in it already are shown.
    """
    service = EmailService(clock, key, folder)
    return Starlette(
        routes=[
            Route("/", service.page),
            Route("/emails:send", service.guarded(service.send), methods=["POST"]),
            Route("/emails/operations/{operation}", service.guarded(service.operation)),
            Route("//emails/operations/{operation}", service.guarded(service.operation)),
            Route("/messages", service.messages, methods=["GET", "DELETE"]),
            Route("/messages/{number:int}.eml", service.file),
            Route("/preview", preview),
            Route("/preview/{file}", preview_one),
            Route("/_control/outcome", service.plan, methods=["GET", "POST"]),
        ]
    )


def _error(refusal: RefusedError) -> Response:
    headers = {"x-ms-error-code": refusal.code}
    if refusal.status == _ANSWERS[Outcome.THROTTLED].status:
        headers["Retry-After"] = "1"
    return JSONResponse({"error": {"code": refusal.code, "message": str(refusal)}}, refusal.status, headers)


async def _caller_gone(request: Request) -> None:
    """Wait until the caller has given up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
