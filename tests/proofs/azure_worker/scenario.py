"""The scenario for the app in Azure's worker: open an account, read it, book calls, run the nightly timers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from local.commands.sample_card import SAMPLE
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from shared.kernel.times import instant_text

OTHER_TENANT = "5f0c1f9e-0000-4000-8000-00000000000f"
GRANTED = Decimal(10)
LONDON, SECONDS = "+442079460123", 130

Step = tuple[str, str, Any]
"""A function, the kind of its trigger, and the trigger's input."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps for one account of a machine on which the sample card is published."""

    machine: Machine
    account: str = field(default_factory=lambda: str(uuid4()))

    def steps(self) -> dict[str, Step]:
        """The steps in order; the message that is sent twice is one call."""
        now = self.machine.now()
        call = self._call("call-1", now)
        return {
            "opened": self._http(
                "open_account", "POST", "Credits.Operate", self._wish(), path="v1/accounts", params={}
            ),
            "granted": self._http("grant_funds", "POST", "Credits.Operate", self._grant(), path=self._path("/grants")),
            "own": self._read(),
            "foreign": self._read(tenant=OTHER_TENANT),
            "booked": ("record_usage", "queue", call),
            "again": ("record_usage", "queue", call),
            "like the host's own": ("record_usage", "queue", self._call("call-2", now, **LIKE_THE_HOSTS_OWN)),
            "poison": ("bury_usage", "queue", json.dumps({"dequeueCount": "many"})),
            "after": self._read(),
            "audited": ("audit_accounts", "queue", self._portion(now)),
            "night": ("nightly_audit", "timer", {"pastDue": False}),
            "woken": ("recharge_retries", "timer", {"pastDue": True}),
        }

    @property
    def cost(self) -> Decimal:
        """The expected cost of both calls together."""
        return 2 * PublishedCard(SAMPLE).price(LONDON, SECONDS).amount

    def _portion(self, now: datetime) -> str:
        """A message of the nightly audit. It comes before the timer, whose messages the machine's host audits, too."""
        return json.dumps({"night": instant_text(now), "accounts": [self.account]})

    def _wish(self) -> Mapping[str, object]:
        return {"account": self.account, "currency": "USD", "country": "US"}

    def _grant(self) -> Mapping[str, object]:
        return {"amount": {"amount": f"{GRANTED}", "currency": "USD"}, "reference": "PO-1", "kind": "paid"}

    def _path(self, below: str = "") -> str:
        return f"v1/accounts/{self.account}{below}"

    def _read(self, tenant: str | None = None) -> Step:
        return self._http("read_account", "GET", "Credits.Read", None, path=self._path(), tenant=tenant)

    def _http(
        self, name: str, method: str, role: str, body: object, *, path: str, tenant: str | None = None, **more: object
    ) -> Step:
        """A request as a portal sends it, with the route parameters that the host extracts."""
        headers = {
            **self.machine.bearer(tenant or self.account, role),
            "Content-Type": "application/json",
            "Idempotency-Key": f"{name}-1",
        }
        request = {"method": method, "path": path, "headers": headers, "params": {"account": self.account}, **more}
        return name, "http", request if body is None else {**request, "body": json.dumps(body)}

    def _call(self, name: str, now: datetime, **attributes: object) -> str:
        """The message of a finished call; *attributes* are added to the envelope."""
        data = {
            "account": self.account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": LONDON,
            "startedAt": instant_text(now - timedelta(minutes=10)),
            "durationSeconds": SECONDS,
        }
        envelope = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:example:sbc-1", "id": name}
        return json.dumps({**envelope, **attributes, "data": data})


LIKE_THE_HOSTS_OWN = {"dequeuecount": "many", "expirationtime": "after the call", "insertiontime": "soon"}
"""CloudEvents extensions with the names, in another case, of metadata that Azure's host adds to each message."""
