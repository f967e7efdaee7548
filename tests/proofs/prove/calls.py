"""Generates call records from a seed, as telephony systems report them, each with its expected cost."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from local.demo.independent_rating import PublishedCard
from shared.kernel.times import instant_text

SOURCES = ("urn:example:sbc-1", "urn:example:sbc-2", "urn:example:conferences")
FREE = Decimal(0)
EMERGENCY = "911"


@dataclass(frozen=True, slots=True)
class Record:
    """One finished call: the event that reports it, and what it costs."""

    account: str
    source: str
    id: str
    event: dict[str, Any]
    cost: Decimal

    @property
    def name(self) -> tuple[str, str]:
        """What identifies the record within its account."""
        return self.source, self.id


def new_account(rng: random.Random) -> str:
    """A tenant's id."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def new_records(
    rng: random.Random, card: PublishedCard, accounts: Sequence[str], count: int, now: datetime
) -> list[Record]:
    """*count* calls of the last days: most are charged; some are inbound, some to 911, some unanswered."""
    return [_record(rng, card, rng.choice(accounts), number, now) for number in range(count)]


def _record(rng: random.Random, card: PublishedCard, account: str, number: int, now: datetime) -> Record:
    service = rng.choice(("user", "user", "user", "conference", "autoAttendant"))
    seconds = rng.choice((0, rng.randint(1, 59), 60, 61, rng.randint(62, 3600)))
    called, cost = _called(rng, card, seconds)
    direction = "in" if rng.random() < 0.1 else "out"
    data = {
        "account": account,
        "direction": direction,
        "service": service,
        "calling": "+14255550101",
        "called": "+14255550100" if direction == "in" else called,
        "startedAt": instant_text(now - timedelta(seconds=rng.randint(3600, 5 * 86400))),
        "durationSeconds": seconds,
        **({"user": f"user-{rng.randint(1, 40)}"} if service == "user" else {}),
    }
    source, name = rng.choice(SOURCES), f"{number:06d}"
    return Record(account, source, name, envelope(source, name, data), FREE if direction == "in" else cost)


def _called(rng: random.Random, card: PublishedCard, seconds: int) -> tuple[str, Decimal]:
    """A number with a random prefix of the rate card and the cost of the call; sometimes an emergency number."""
    if rng.random() < 0.02:
        return EMERGENCY, FREE
    number = "+" + (rng.choice(sorted(card.rates)) + f"{rng.randrange(10**9):09d}")[:13]
    return number, card.price(number, seconds).amount


def envelope(source: str, name: str, data: Mapping[str, object]) -> dict[str, Any]:
    """A call in its CloudEvents envelope."""
    return {
        "specversion": "1.0",
        "type": "credits.usage.call.v1",
        "source": source,
        "id": name,
        "time": data["startedAt"],
        "data": data,
    }
