"""The port `Mail` twice: in memory, and the real client with the stand-in, whose exchanges are recorded."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from shared.adapters.acs_email import AcsEmail
from shared.notices.email import Email
from tests.fakes.mail import FakeMail

KEY = base64.b64encode(b"a key of the stand-in").decode()
SENDER = "DoNotReply@credits.example"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Noon:
    def now(self):
        return NOON


class ContractMonitor:
    """The stand-in with a record of all requests and answers of the e-mail service."""

    def __init__(self, app):
        self.app, self.exchanges = app, []

    async def __call__(self, scope, receive, send):
        if not scope["path"].lstrip("/").startswith("emails"):
            return await self.app(scope, receive, send)
        requests, answers = [], []

        async def recorded_receive():
            requests.append(await receive())
            return requests[-1]

        async def recorded_send(message):
            answers.append(message)
            await send(message)

        await self.app(scope, recorded_receive, recorded_send)
        self.exchanges.append((scope, b"".join(message.get("body", b"") for message in requests), answers))
        return None

    def faults(self, contract):
        for scope, body, (start, *rest) in self.exchanges:
            method, path = scope["method"], scope["path"]
            headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
            query = {name.lower(): value for name, value in parse_qsl(scope["query_string"].decode())}
            if start["status"] not in (400, 401):
                yield from contract.request(method, path, query, headers, json.loads(body) if body else None)
            answered = {name.decode().lower(): value.decode() for name, value in start["headers"]}
            answer = b"".join(message.get("body", b"") for message in rest)
            yield from contract.answer(method, path, start["status"], answered, json.loads(answer))


class OnTheWire:
    """The real client with the stand-in."""

    def __init__(self, address, watch):
        self.address, self.watch, self.seconds = address, watch, 100.0
        self.mail = self.connect(KEY)
        self.web = httpx.AsyncClient(base_url=address, trust_env=False, verify=False)

    def connect(self, key):
        return AcsEmail(self.address, SENDER, key, lambda: pytest.fail("there is a key"), lambda: self.seconds)

    def wait(self):
        self.seconds += 1  # what the stand-in asks for

    async def plan(self, outcome, times=1):
        answer = await self.web.post("/_control/outcome", json={"outcome": outcome, "times": times})
        assert answer.is_success

    async def readers(self):
        return [sorted(email["to"]) for email in (await self.web.get("/messages")).json()]

    async def close(self):
        await self.mail.close()
        await self.web.aclose()


class InMemory:
    def __init__(self):
        self.mail = FakeMail()

    def wait(self):
        pass

    async def plan(self, outcome, times=1):
        self.mail.plan(outcome, times)

    async def readers(self):
        return [sorted(email.to) for email in self.mail.emails]


class SwitchedApp:
    """Forwards requests to the current test's stand-in, so that all tests of the module share one port."""

    app: Any
    address: str

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


def email(*readers):
    return Email(
        to=readers or ("ann@contoso.com",),
        subject="残高 50,00\u00a0$US",
        text="Guthaben → 0\nzweite Zeile\n",
        html="<p>Guthaben &rarr; <b>0</b></p>",
    )
