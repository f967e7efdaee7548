"""Sends webhooks to the service: signed, repeated until accepted, and out of order or duplicated on request."""

import asyncio
import hmac
import json
import time
from random import Random

import httpx

from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.state import State

MODES = ("normal", "double", "reorder", "shuffle", "drop", "delay")
"""In order; each twice; the newest first; in any order; never; only after another mode is chosen."""

TRIES = 8
PAUSE_SECONDS = 0.1
"""The pause doubles after each try; after about thirteen seconds the webhook is given up (at Stripe: three days)."""


class Webhooks:
    """Sends webhooks to one address, or none if *address* is None."""

    def __init__(self, state: State, address: str | None, secret: str, changed: asyncio.Event) -> None:
        self._state = state
        self._address = address
        self._secret = secret
        self._changed = changed
        self._due: dict[str, float] = {}
        self._wake = asyncio.Event()
        self._order = Random(0)

    @property
    def pending(self) -> int:
        """The number of webhooks that will be sent; 0 while the mode is "delay"."""
        return 0 if self._state.webhooks == "delay" else len(self._state.news)

    def post(self, event: Json) -> None:
        """Queue one event for sending."""
        copies = {"drop": 0, "double": 2}.get(self._state.webhooks, 1) if self._address else 0
        for copy in range(copies):
            self._state.news.append({"delivery": f"{event['id']}.{copy}", "event": event, "tries": 0})
        self._wake.set()

    def choose(self, mode: str) -> None:
        """Change the mode of sending."""
        self._state.webhooks = mode
        self._wake.set()

    async def run(self) -> None:
        """Send webhooks one after another until cancelled."""
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=10) as client:
            while True:
                self._wake.clear()
                await self._send_what_is_due(client)
                await self._wait()

    async def _send_what_is_due(self, client: httpx.AsyncClient) -> None:
        while item := self._next():
            item["tries"] += 1
            if await self._send(client, item["event"]):
                self._state.delivered += 1
            elif item["tries"] < TRIES:
                pause = PAUSE_SECONDS * 2 ** (item["tries"] - 1)
                self._due[item["delivery"]] = asyncio.get_running_loop().time() + pause
                continue
            else:
                self._state.given_up += 1
            self._state.news.remove(item)
            self._due.pop(item["delivery"], None)
            self._changed.set()

    def _next(self) -> Json | None:
        now = asyncio.get_running_loop().time()
        due = [item for item in self._state.news if self._due.get(item["delivery"], 0) <= now]
        if not due or self._state.webhooks == "delay":
            return None
        if self._state.webhooks == "shuffle":
            return self._order.choice(due)
        return due[-1 if self._state.webhooks == "reorder" else 0]

    async def _wait(self) -> None:
        """Wait until an event is queued, the mode changes, or the next try is due."""
        next_due = min(self._due.values(), default=None) if self.pending else None
        now = asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(self._wake.wait(), None if next_due is None else max(0.0, next_due - now))
        except TimeoutError:
            return

    async def _send(self, client: httpx.AsyncClient, event: Json) -> bool:
        body = json.dumps(event, indent=2).encode()
        at = int(time.time())  # noqa: TID251 - signatures contain the real time, not that of the service's clock
        signature = hmac.new(self._secret.encode(), b"%d." % at + body, "sha256").hexdigest()
        headers = {"Stripe-Signature": f"t={at},v1={signature}", "Content-Type": "application/json; charset=utf-8"}
        try:
            answer = await client.post(str(self._address), content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
