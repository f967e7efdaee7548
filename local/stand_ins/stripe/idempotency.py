"""Idempotency: stores the first answer to a POST with a key for a day, and repeats it. Also simulates faults."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.stand_ins.stripe.cards import FAULTS
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal, expanded

Run: TypeAlias = Callable[[Provider, Call], Json]

KEY_LIFETIME = timedelta(hours=24)
"""Stripe may forget a key after a day; the stand-in always does. Source: Stripe's docs."""

LOST_RESENDS = 1
"""How many immediate resends of the SDK also get no answer; otherwise its retry would hide every lost answer."""

BROKEN = json.dumps({"error": {"type": "api_error", "message": "An unknown error occurred."}})


class NoAnswer(Response):
    """A response whose connection ends before the body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's form
        """Announce a body and send none."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})


def answer(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """A JSON response like Stripe's. A 500 is stored like any answer, so Stripe advises against a retry."""
    advice = {"Stripe-Should-Retry": "false"} if status == 500 else {}
    return Response(text, status, {**advice, **(headers or {})}, "application/json")


class Answers:
    """Executes calls, and calls with the same key only once."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._held: dict[str, tuple[str | None, asyncio.Event]] = {}
        self._lost: dict[str | None, int] = {}

    @property
    def held(self) -> int:
        """The number of held calls."""
        return len(self._held)

    def release(self) -> None:
        """Release every held call."""
        for _, waiting in self._held.values():
            waiting.set()

    def run(self, run: Run, call: Call) -> tuple[int, str]:
        """Execute a call; return status and JSON."""
        try:
            body = run(self.provider, call)
            body = expanded(vars(self.provider.state), body, call.fields.get("expand", ()))
        except Refusal as refusal:
            return refusal.status, json.dumps(refusal.body)
        return 200, json.dumps(body)

    async def once(self, name: str, run: Run, call: Call) -> Response:
        """Answer a call; if its key was used before, repeat the stored answer."""
        request = json.dumps([name, call.id, call.fields], sort_keys=True)
        if self._lost.get(call.key):
            self._lost[call.key] -= 1
            return NoAnswer()
        if stored := self._stored(call.key):
            if stored["asked"] != request:
                raise Refusal(400, "Keys can only be used with the same parameters.", "idempotency_error")
            return answer(stored["status"], stored["text"], {"Idempotent-Replayed": "true"})
        if any(call.key == key for key, _ in self._held.values()):
            raise Refusal(409, "A request with this key is under way.", code="idempotency_key_in_use")
        if call.id in self._held:
            raise Refusal(429, "Another request is changing this object.", code="lock_timeout")
        self.provider.changed.set()
        return await self._execute(name, run, call, request)

    async def _execute(self, name: str, run: Run, call: Call, request: str) -> Response:
        fault = self.provider.state.take(name, call.fields.get("payment_method"), FAULTS)
        if fault == "rate_limit":
            raise Refusal(429, "Too many requests.", code="rate_limit")
        if fault in ("timeout_before", "timeout_after"):
            self._lost[call.key] = LOST_RESENDS
        if fault == "timeout_before":
            return NoAnswer()
        if fault == "held":
            await self._hold(call)
        status, text = (500, BROKEN) if fault == "error_500" else self.run(run, call)
        if fault == "error_500_after":
            status, text = 500, BROKEN
        if call.key:
            now = self.provider.clock.now().isoformat()
            self.provider.state.answers[call.key] = {"asked": request, "status": status, "text": text, "at": now}
        return NoAnswer() if fault == "timeout_after" else answer(status, text)

    async def _hold(self, call: Call) -> None:
        waiting = asyncio.Event()
        self._held[call.id] = (call.key, waiting)
        try:
            await waiting.wait()
        finally:
            del self._held[call.id]

    def _stored(self, key: str | None) -> Json | None:
        answers = self.provider.state.answers
        stored = answers.get(key or "")
        if stored and self.provider.clock.now() - datetime.fromisoformat(stored["at"]) >= KEY_LIFETIME:
            del answers[key or ""]
            return None
        return stored
