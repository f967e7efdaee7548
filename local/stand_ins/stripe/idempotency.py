"""Once per key: the first answer of a POST is kept for a day and given again. Also where calls go wrong on request."""

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

KEPT = timedelta(hours=24)
"""A key may be forgotten after a day; here it always is, so that nobody relies on more. Source: Stripe's docs."""

LOST_RESENDS = 1
"""A lost answer stays lost when the SDK sends the same call again at once, or nobody would ever see it lost."""

BROKEN = json.dumps({"error": {"type": "api_error", "message": "An unknown error occurred."}})


class Unanswered(Response):
    """A connection that ends in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's form
        """Promise a body and send none."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})


def answer(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """JSON as Stripe sends it; a 500 is kept like any answer, so Stripe asks not to send the call again."""
    advice = {"Stripe-Should-Retry": "false"} if status == 500 else {}
    return Response(text, status, {**advice, **(headers or {})}, "application/json")


class Answers:
    """Runs calls, and the effect of a key once."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._held: dict[str, tuple[str | None, asyncio.Event]] = {}
        self._lost: dict[str | None, int] = {}

    @property
    def held(self) -> int:
        """How many calls wait to be let go."""
        return len(self._held)

    def release(self) -> None:
        """Let go what is held."""
        for _, waiting in self._held.values():
            waiting.set()

    def run(self, run: Run, call: Call) -> tuple[int, str]:
        """Execute a call: status and JSON."""
        try:
            body = run(self._provider, call)
            body = expanded(vars(self._provider.state), body, call.fields.get("expand", ()))
        except Refusal as refusal:
            return refusal.status, json.dumps(refusal.body)
        return 200, json.dumps(body)

    async def once(self, name: str, run: Run, call: Call) -> Response:
        """Answer a call, from memory if its key was used before."""
        asked = json.dumps([name, call.id, call.fields], sort_keys=True)
        if self._lost.get(call.key):
            self._lost[call.key] -= 1
            return Unanswered()
        if kept := self._kept(call.key):
            if kept["asked"] != asked:
                raise Refusal(400, "Keys can only be used with the same parameters.", "idempotency_error")
            return answer(kept["status"], kept["text"], {"Idempotent-Replayed": "true"})
        if any(call.key == key for key, _ in self._held.values()):
            raise Refusal(409, "A request with this key is under way.", code="idempotency_key_in_use")
        if call.id in self._held:
            raise Refusal(429, "Another request is changing this object.", code="lock_timeout")
        self._provider.changed.set()
        return await self._first(name, run, call, asked)

    async def _first(self, name: str, run: Run, call: Call, asked: str) -> Response:
        fault = self._provider.state.take(name, call.fields.get("payment_method"), FAULTS)
        if fault == "rate_limit":
            raise Refusal(429, "Too many requests.", code="rate_limit")
        if fault in ("timeout_before", "timeout_after"):
            self._lost[call.key] = LOST_RESENDS
        if fault == "timeout_before":
            return Unanswered()
        if fault == "held":
            await self._hold(call)
        status, text = (500, BROKEN) if fault == "error_500" else self.run(run, call)
        if fault == "error_500_after":
            status, text = 500, BROKEN
        if call.key:
            now = self._provider.clock.now().isoformat()
            self._provider.state.answers[call.key] = {"asked": asked, "status": status, "text": text, "at": now}
        return Unanswered() if fault == "timeout_after" else answer(status, text)

    async def _hold(self, call: Call) -> None:
        waiting = asyncio.Event()
        self._held[call.id] = (call.key, waiting)
        try:
            await waiting.wait()
        finally:
            del self._held[call.id]

    def _kept(self, key: str | None) -> Json | None:
        answers = self._provider.state.answers
        kept = answers.get(key or "")
        if kept and self._provider.clock.now() - datetime.fromisoformat(kept["at"]) >= KEPT:
            del answers[key or ""]
            return None
        return kept
