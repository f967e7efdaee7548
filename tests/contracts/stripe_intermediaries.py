"""Intermediaries between SDK and stand-in: contract checks of requests and answers, and a receiver of webhooks."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from starlette.responses import PlainTextResponse

from tests.contracts.stripe_contract import Contract


class WebhookReceiver:
    """Receives webhooks. *answers* are the statuses of the first answers; later ones are 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.tries: list[tuple[bytes, str]] = []
        self.taken: list[dict[str, Any]] = []
        self._changed = asyncio.Event()

    @property
    def kinds(self) -> list[str]:
        return [event["type"] for event in self.taken]

    async def until(self, condition: Callable[["WebhookReceiver"], bool]) -> None:
        """Wait until *condition* is true, for five seconds at most."""
        async with asyncio.timeout(5):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def __call__(self, scope, receive, send) -> None:
        body = await _body(receive)
        signature = dict(scope["headers"])[b"stripe-signature"].decode()
        status = self.answers.pop(0) if self.answers else 200
        self.tries.append((body, signature))
        if status == 200:
            self.taken.append(json.loads(body))
        self._changed.set()
        await PlainTextResponse("", status)(scope, receive, send)


class SharedPort:
    """Forwards requests to the current test's app or webhook receiver, so that all tests of a module share one port."""

    def __init__(self) -> None:
        self.app: Any = None
        self.hooks = WebhookReceiver()

    async def __call__(self, scope, receive, send) -> None:
        await (self.hooks if scope["path"] == "/hooks" else self.app)(scope, receive, send)


class ContractMonitor:
    """Forwards every request, and records violations of the contract."""

    def __init__(self, app: Any, contracts: list[Contract]) -> None:
        self._app = app
        self._contracts = contracts
        self.faults: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    async def __call__(self, scope, receive, send) -> None:
        if not scope["path"].startswith("/v1/"):
            return await self._app(scope, receive, send)
        body, sent = await _body(receive), []

        async def keep(message):
            sent.append(message)
            await send(message)

        await self._app(scope, _again(body), keep)
        status = sent[0]["status"]
        text = b"".join(message.get("body", b"") for message in sent[1:])
        method, path = scope["method"], scope["path"]
        self.seen.add((method, path.split("/")[2], status))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((f"{method} {path}", unquote_plus(body.decode()), headers))
        for contract in self._contracts if text else []:
            if status not in (400, 401, 404):
                self.faults += contract.request(method, path, scope["query_string"].decode(), body.decode())
            self.faults += contract.answer(method, path, status, json.loads(text))
        return None


async def _body(receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def _again(body: bytes):
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return messages.pop() if messages else await asyncio.Event().wait()

    return receive
