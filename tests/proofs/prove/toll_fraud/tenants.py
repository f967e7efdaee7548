"""Simulated tenants: how many users call, when, where to and for how long.

Hours, talk times and the share of short calls are those of a bank's call centre (Brown et al., JASA 100 (2005) 36-50,
recomputed as aggregates). Destinations, prices and the share of dear calls are not published anywhere; they are chosen
here, openly, with what makes a brake err: conferences that dial out, and days on which somebody calls far and long.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

HOURS = (2.4, 5.0, 7.8, 8.9, 8.0, 7.2, 7.0, 7.2, 7.2, 6.8, 5.7, 5.1, 3.6, 4.0, 4.8, 4.7, 3.2)
FIRST_HOUR = 7
"""The share of a day's calls, in per cent, in the hours from 7 to 23."""

MU, SIGMA, SHORT_PART, SHORT_SECONDS = 4.816, 0.906, 0.058, 10
"""Talk time: lognormal in seconds, and a part of calls that end at once."""

PLACES = (("US", "America/New_York"), ("GB", "Europe/London"), ("DE", "Europe/Berlin"), ("JP", "Asia/Tokyo"))
WEEKEND = 0.08
"""The calls of a day off, as a part of those of a working day."""

PRICES = ((0.70, 0.01, 0.06), (0.22, 0.08, 0.40), (0.075, 0.40, 1.20), (0.005, 0.80, 2.50))
"""Shares of calls, and between which prices a minute of theirs costs, in dollars; the last ones are premium."""

MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Destination:
    """A prefix, what a minute costs in micro-units, and whether it is premium."""

    prefix: str
    per_minute: int
    is_premium: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """A charged call."""

    at: datetime
    user: str
    destination: Destination
    seconds: int

    @property
    def cost(self) -> int:
        """Whole minutes, as the published cards bill them."""
        return self.destination.per_minute * max(1, -(-self.seconds // 60))

    @property
    def ends(self) -> datetime:
        """When its usage is reported."""
        return self.at + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class SimulatedTenant:
    """Users with different zeal, and destinations by share of calls."""

    number: int
    country: str
    time_zone: str
    users: int
    calls_a_day: float
    destinations: tuple[tuple[Destination, ...], ...]

    def local(self, day: datetime, hour: float) -> datetime:
        """The instant of a local *hour* of *day*."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.time_zone))
        return (midnight + timedelta(hours=hour)).astimezone(day.tzinfo)

    def user(self, rng: Random) -> str:
        """One of the users; a few make most calls."""
        return f"u{int(self.users * rng.random() ** 2)}"

    def destination(self, rng: Random) -> Destination:
        """One of the destinations, by the shares of calls."""
        tier = rng.choices(self.destinations, [share for share, *_ in PRICES])[0]
        return tier[int(len(tier) * rng.random() ** 2)]


def tenant(number: int, rng: Random) -> SimulatedTenant:
    """A tenant of 5 to 400 users."""
    country, zone = PLACES[number % len(PLACES)]
    users = min(400, max(5, round(math.exp(rng.gauss(3.3, 1.0)))))
    tiers = tuple(
        tuple(
            Destination(f"{9 - tier}{place:02}", round(rng.uniform(least, most) * MICROS), tier == len(PRICES) - 1)
            for place in range(count)
        )
        for tier, ((_, least, most), count) in enumerate(zip(PRICES, (12, 20, 10, 3), strict=True))
    )
    return SimulatedTenant(number, country, zone, users, users * rng.uniform(0.4, 2.0), tiers)


def talk_seconds(rng: Random) -> int:
    """How long a call lasts."""
    if rng.random() < SHORT_PART:
        return rng.randint(1, SHORT_SECONDS)
    return min(4 * 3600, round(rng.lognormvariate(MU, SIGMA)))


def day_of(customer: SimulatedTenant, day: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """The charged calls of one day, in no order."""
    is_off = day.weekday() >= 5
    for _ in range(_poisson(rng, customer.calls_a_day * (WEEKEND if is_off else 1))):
        hour = FIRST_HOUR + rng.choices(range(len(HOURS)), HOURS)[0] + rng.random()
        yield SimulatedCall(customer.local(day, hour), customer.user(rng), customer.destination(rng), talk_seconds(rng))
    if not is_off and rng.random() < 0.04:
        yield from _conference(customer, day, rng)
    if not is_off and rng.random() < 0.02:
        yield from _long_day(customer, day, rng)


def _conference(customer: SimulatedTenant, day: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """A conference that dials out to eight to fifteen people, for about an hour."""
    at, organiser, place = customer.local(day, rng.uniform(9, 16)), customer.user(rng), rng.choice((0, 0, 1))
    for _ in range(rng.randint(8, 15)):
        called = rng.choice(customer.destinations[place])
        yield SimulatedCall(at, organiser, called, round(rng.uniform(40, 75) * 60))


def _long_day(customer: SimulatedTenant, day: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """Somebody calls one dear destination again and again, for business."""
    caller, called = customer.user(rng), rng.choice(customer.destinations[2])
    for _ in range(rng.randint(4, 10)):
        yield SimulatedCall(customer.local(day, rng.uniform(8, 18)), caller, called, round(rng.uniform(3, 25) * 60))


def _poisson(rng: Random, mean: float) -> int:
    """A number of independent events."""
    return max(0, round(rng.gauss(mean, math.sqrt(mean)))) if mean > 30 else _small_poisson(rng, mean)


def _small_poisson(rng: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
