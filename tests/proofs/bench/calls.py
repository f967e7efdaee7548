"""Generates calls from a seed, as telephony systems report them, one or many per message."""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from tests.proofs.bench.services import SAMPLE

SOURCE = "urn:example:sbc-1"

REPORTED_AFTER = 3_600, 4 * 3_600
"""How many seconds after its start a call is reported."""


class Calls:
    """An endless source of new calls; the same seed generates the same calls."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._rng = random.Random(seed)
        self._now = now
        with SAMPLE.open(encoding="utf-8", newline="") as lines:
            self._prefixes = [row["Prefix"] for row in csv.DictReader(lines)]

    def guid(self) -> str:
        """A new id."""
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def accounts(self, count: int) -> list[AccountId]:
        """New tenants."""
        return [AccountId(self.guid()) for _ in range(count)]

    def messages(self, accounts: Sequence[AccountId], count: int) -> list[bytes]:
        """*count* messages of one call each, the accounts in turn."""
        return [json.dumps(self._event(accounts[number % len(accounts)])).encode() for number in range(count)]

    def batches(self, accounts: Sequence[AccountId], count: int, size: int) -> list[bytes]:
        """*count* calls in messages of *size*."""
        return [json.dumps(list(self._events(accounts, size))).encode() for _ in range(count // size)]

    def _events(self, accounts: Sequence[AccountId], count: int) -> Iterator[dict[str, object]]:
        return (self._event(accounts[number % len(accounts)]) for number in range(count))

    def _event(self, account: AccountId) -> dict[str, object]:
        rng = self._rng
        number = rng.choice(self._prefixes) + f"{rng.randrange(10**9):09d}"
        data = {
            "account": account,
            "user": self.guid(),
            "direction": "out",
            "service": "user",
            "calling": "+14255550101",
            "called": f"+{number[:13]}",
            "startedAt": instant_text(self._now - timedelta(seconds=rng.randint(*REPORTED_AFTER))),
            "durationSeconds": rng.randint(1, 3600),
            "leg": self.guid(),
        }
        name = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": SOURCE, "id": self.guid()}
        return {**name, "data": data}
