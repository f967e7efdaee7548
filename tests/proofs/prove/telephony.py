"""A telephony system that asks before and during calls, and reports them afterwards (CONTRACT 1 and 2.2)."""

import json
from datetime import datetime
from time import sleep
from typing import Any

import httpx

from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope
from tests.proofs.prove.http_client import HttpClient

ROLES = ("Calls.Authorise",)
SOURCE = "urn:example:switch-1"

TRIES = 60
PAUSE_SECONDS = 0.25
"""Before the next host is asked. A killed host is back within some five seconds."""


class Telephony:
    """The switch of one account. It asks one of *hosts* hosts, and the next one when there is no answer. *called* is
    the number of every call unless a question has another.
    """

    def __init__(self, client: HttpClient, account: str, called: str, hosts: int = 1) -> None:
        self._client, self._account, self._called, self._hosts = client, account, called, hosts

    def authorise(self, leg: str, wanted: int, *, host: int = 0, **fields: str) -> dict[str, Any]:
        """The answer to "may this call start?"."""
        question = {"direction": "out", "service": "user", "user": "ann", "called": self._called, **fields}
        return self._ask(leg, "authorise", {**question, "wantedSeconds": wanted}, host)

    def extend(self, leg: str, wanted: int, *, host: int = 0) -> dict[str, Any]:
        """The answer to "may it go on?"."""
        return self._ask(leg, "extend", {"wantedSeconds": wanted}, host)

    def release(self, leg: str, *, host: int = 0) -> dict[str, Any]:
        """The answer to "it did not take place"."""
        return self._ask(leg, "release", None, host)

    def usage(self, leg: str, started_at: datetime, seconds: int, **fields: str) -> str:
        """The message that reports the call."""
        data = {
            "account": self._account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": self._called,
            "startedAt": instant_text(started_at),
            "durationSeconds": seconds,
            "leg": leg,
            **fields,
        }
        return json.dumps(envelope(SOURCE, leg, data))

    def _ask(self, leg: str, verb: str, body: object, host: int) -> dict[str, Any]:
        path = f"/accounts/{self._account}/calls/{leg}/{verb}"
        for number in range(TRIES):
            if number:
                sleep(PAUSE_SECONDS)
            try:
                answer = self._client.send(
                    "POST", path, ROLES, tenant=self._account, host=(host + number) % self._hosts, json=body
                )
            except httpx.TransportError:
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                assert answer.status_code == httpx.codes.OK, answer.text
                return dict(answer.json())
        raise AssertionError(f"no host answered {verb} for {leg}")
