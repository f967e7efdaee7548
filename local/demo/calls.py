"""Calls as an organisation makes them: lengths, hours and destinations drawn from a seed.

Lengths and hours follow a bank's published month (L. Brown et al., JASA 100, 2005, 36-50: lognormal service times).
No publication has destinations or the share of conferences; they are chosen here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from local.demo.independent_rating import FREE, Price, PublishedCard

ANSWERED, SHORT, INBOUND = 0.746, 0.058, 0.12
"""Shares: calls that are answered; answered ones of under ten seconds; inbound calls."""

TALK_MU, TALK_SIGMA, TALK_MAX = 4.816, 0.906, 3600
"""Seconds: the lognormal distribution of calls over ten seconds, with a maximum of an hour."""

HOURS = (24, 50, 78, 89, 80, 72, 70, 72, 72, 68, 57, 51, 36, 40, 48, 47, 32)
"""Relative number of calls in each hour of a day, from seven o'clock on."""

USUAL = {
    "United States": 30,
    "United Kingdom - London": 8,
    "Germany": 8,
    "Canada": 6,
    "India": 6,
    "Mexico": 6,
    "United Kingdom - Mobile": 6,
    "Germany - Mobile": 5,
    "France - Mobile": 5,
    "Japan": 5,
    "Brazil - Mobile": 4,
    "Poland - Mobile": 3,
    "South Africa - Mobile": 3,
    "Kenya - Mobile": 2,
    "Ukraine - Mobile": 2,
    "Tunisia - Mobile": 1,
}
DISTANT = dict.fromkeys(("Nigeria - Mobile", "Pakistan - Mobile", "Philippines - Mobile", "Vietnam - Mobile"), 1)
"""Weights of destinations: for everyday calls, and for conferences that dial out to distant countries."""

CONFERENCE_SECONDS = (1200, 3600)
USERS = 25
OWN_NUMBER, CALLER, EMERGENCY = "+14255550100", "+14255550101", "911"


@dataclass(frozen=True, slots=True)
class Call:
    """One finished call and what it must cost."""

    id: str
    source: str
    user: str
    direction: str
    service: str
    called: str
    started_at: datetime
    seconds: int
    price: Price

    def event(self, account: str) -> dict[str, Any]:
        """The event with which the telephony system reports it (CONTRACT 1)."""
        ended = self.started_at + timedelta(seconds=self.seconds)
        return {
            "specversion": "1.0",
            "type": "credits.usage.call.v1",
            "source": self.source,
            "id": self.id,
            "time": ended.isoformat(),
            "data": {
                "account": account,
                "user": self.user,
                "direction": self.direction,
                "service": self.service,
                "calling": CALLER,
                "called": self.called,
                "startedAt": self.started_at.isoformat(),
                "durationSeconds": self.seconds,
            },
        }


class Switchboard:
    """Draws calls that end before *midnight*; the same *random* draws the same calls."""

    def __init__(self, random: Random, card: PublishedCard, midnight: datetime) -> None:
        self._random = random
        self._card = card
        self._midnight = midnight
        self._users = [str(self._guid()) for _ in range(USERS)]
        self._prefixes: dict[str, list[str]] = {}
        for rate in card.rates.values():
            self._prefixes.setdefault(rate.name, []).append(rate.prefix)

    def everyday(self, days_ago: int) -> Call:
        """An ordinary call: perhaps inbound, perhaps not answered."""
        seconds = self._talk() if self._random.random() < ANSWERED else 0
        if self._random.random() < INBOUND:
            return self._call(days_ago, "in", "user", OWN_NUMBER, seconds)
        return self._call(days_ago, "out", "user", self._number(USUAL), seconds)

    def conference(self, days_ago: int) -> Call:
        """A long call that a conference dials to a distant country."""
        return self._call(
            days_ago, "out", "conference", self._number(DISTANT), self._random.randint(*CONFERENCE_SECONDS)
        )

    def emergency(self, days_ago: int) -> Call:
        """An emergency call, which is never charged (R13)."""
        return self._call(days_ago, "out", "user", EMERGENCY, self._talk())

    def _call(self, days_ago: int, direction: str, service: str, called: str, seconds: int) -> Call:
        is_free = direction == "in" or called == EMERGENCY
        return Call(
            id=str(self._guid()),
            source=f"urn:example:sbc-{self._random.randint(1, 3)}",
            user=self._random.choice(self._users),
            direction=direction,
            service=service,
            called=called,
            started_at=self._start(days_ago),
            seconds=seconds,
            price=FREE if is_free else self._card.price(called, seconds),
        )

    def _guid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _talk(self) -> int:
        if self._random.random() < SHORT:
            return self._random.randint(1, 10)
        return min(TALK_MAX, 1 + int(self._random.lognormvariate(TALK_MU, TALK_SIGMA)))

    def _start(self, days_ago: int) -> datetime:
        hour = self._random.choices(range(7, 7 + len(HOURS)), HOURS)[0]
        time_of_day = timedelta(hours=hour, seconds=self._random.randint(0, 3599))
        return self._midnight - timedelta(days=days_ago) + time_of_day

    def _number(self, mix: dict[str, int]) -> str:
        """A number of one of *mix*'s destinations; no other destination of the card matches it."""
        name = self._random.choices(list(mix), list(mix.values()))[0]
        prefix = self._random.choice(self._prefixes[name])
        while True:
            number = f"+{prefix}{self._random.randrange(10 ** (11 - len(prefix))):0{11 - len(prefix)}d}"
            found = self._card.longest_match(number)
            if found is not None and found.name == name:
                return number


def midnight_before(instant: datetime) -> datetime:
    """The last midnight, UTC."""
    return datetime.combine(instant.date(), time(tzinfo=UTC))
