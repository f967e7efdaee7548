"""Usage as a telephony system sends it, with the expected cost, which is computed here independently."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed

LONDON, LEEDS, SEATTLE, PARIS, HIDDEN, EMERGENCY = (
    "+442079460123",
    "+441139460123",
    "+14255550123",
    "+33142278186",
    "+442***",
    "911",
)
"""By tests/fakes/world.CARD, two are charged by the minute, the third by the second with a fee, the fourth never."""

SOURCE = "urn:example:sbc-1"


@dataclass(frozen=True)
class Sent:
    """One sent event. *price* is in micro-units, None if the initial rate cards have no rate."""

    account: AccountId
    id: str
    text: str
    price: int | None

    @property
    def named(self) -> Named:
        found = read_event(Parsed(json.loads(self.text)))
        assert isinstance(found, Named)
        return found


def price(called: str, seconds: int) -> int | None:
    """The price of a call in micro-units; None if there is no rate."""
    if called == EMERGENCY or (seconds == 0 and called in {LONDON, LEEDS, SEATTLE}):
        return 0
    minutes = -(-seconds // 60)
    if called == LONDON:
        return minutes * 20_000
    if called == LEEDS:
        return minutes * 10_000
    return 100_000 + (500_000 * seconds + 30) // 60 if called == SEATTLE else None


def call(account: AccountId, name: str, called: str, seconds: int, started_at: datetime, **further: str | None) -> Sent:
    """One finished call; *further* fields replace or extend those of its record."""
    data = {
        "account": account,
        "user": "u-1",
        "direction": "out",
        "service": "user",
        "called": called,
        "startedAt": instant_text(started_at),
        "durationSeconds": seconds,
        **further,
    }
    event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": SOURCE, "id": name, "data": data}
    return Sent(account, name, json.dumps(event), price(called, seconds))


def some_call(rng: Random, account: AccountId, name: str, before: datetime) -> Sent:
    """A random call some hours ago, so that it is in the future by no worker's clock."""
    called = rng.choice((LONDON, LEEDS, SEATTLE, SEATTLE, SEATTLE, EMERGENCY))
    seconds = rng.choice((0, 60, 90, 600, 3600, 7200))
    return call(account, name, called, seconds, before - timedelta(hours=4 + rng.random()))


def message(rng: Random, events: list[Sent]) -> str:
    """One queue message of *events*: plain, in an array, or in base64."""
    text = events[0].text if len(events) == 1 else f"[{','.join(event.text for event in events)}]"
    return base64.b64encode(text.encode()).decode() if rng.random() < 0.1 else text
