"""One simulated organisation: its habit, and every call that it makes from a day on."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp, log

from shared.ledger.entitlements import Agreement, Channel, Entitlements, Subscription
from shared.rating.rate_card import Rate

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday."""

HOURS = (0.4, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 2.4, 5.0, 7.8, 8.9, 8.0, 7.2, 7.0, 7.2, 7.2, 6.8, 5.7, 5.1, 3.6, 4.0)
SHARES = (*HOURS, 4.8, 4.7, 3.2)
"""The share of a day's calls in each hour, in percent (measured from hour 7; the rest is spread over the night)."""

TALK_MU, TALK_SIGMA, SHORT_SHARE = 4.816, 0.906, 0.058
"""Talk time in seconds: lognormal, and 5.8 % of calls last up to ten seconds (measured)."""

LONGEST = 4 * 3_600

_RATES = (  # prefix, type, country, price of a minute in micro-units, weight: chosen
    ("1", "landline", "US", 10_000, 70),
    ("44", "landline", "GB", 20_000, 8),
    ("4479", "mobile", "GB", 60_000, 4),
    ("49", "landline", "DE", 25_000, 6),
    ("91", "mobile", "IN", 45_000, 7),
    ("81", "landline", "JP", 35_000, 4),
    ("1900", "premium", "US", 900_000, 1),
)
RATES = tuple(
    Rate(prefix, f"to {prefix}", type_, country, price, 0, 60, 60) for prefix, type_, country, price, _ in _RATES
)
TOLL_FREE = Rate("1800", "toll-free", "toll-free", "US", 18_000, 0, 60, 60)
WEIGHTS = tuple(row[-1] for row in _RATES)

PLAN = "MCOPSTN1"


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """A call of *seconds* at *rate*; *is_inbound*: to a toll-free number of the organisation."""

    started_at: datetime
    seconds: int
    user: str
    rate: Rate
    is_inbound: bool


@dataclass(frozen=True, slots=True)
class SimulatedTenant:
    """The habit of one organisation. *calls_a_day*: on a usual weekday. *weekend*: the part of that on a day of the
    weekend. *wobble* and *drift*: how much days and weeks differ, as deviations of logarithms; *growth*: a month.
    *licences* of a calling plan with a pool of domestic minutes, 0 for none. *price*: how much dearer than `RATES` its
    usual destinations are: far countries, and mobile phones there.
    """

    seed: int
    users: int
    calls_a_day: float
    weekend: float
    wobble: float
    drift: float
    growth: float
    toll_free: float
    licences: int
    weights: tuple[float, ...]
    price: float

    def entitlements(self) -> Entitlements:
        """Its subscriptions."""
        if not self.licences:
            return Entitlements()
        bought = Subscription(
            "S-1", PLAN, self.licences, "US", Channel.DIRECT, Agreement.WEB, FIRST_DAY - timedelta(90)
        )
        return Entitlements(subscriptions=(bought,))

    def calls(self, days: int, first_day: datetime = FIRST_DAY) -> Iterator[SimulatedCall]:
        """The calls of *days* days, in the order of their starts within a day."""
        rng, level, rates = random.Random(self.seed), 0.0, self.rates()
        for number in range(days):
            day = first_day + timedelta(days=number)
            if number % 7 == 0:
                level = 0.8 * level + rng.gauss(0, self.drift)
            expected = self._expected(day, number, level, rng)
            count = _poisson(rng, expected)
            hours = sorted(rng.choices(range(24), SHARES, k=count))
            yield from (self._call(day + timedelta(hours=hour), rates, rng) for hour in hours)

    def _expected(self, day: datetime, number: int, level: float, rng: random.Random) -> float:
        expected = self.calls_a_day * exp(level + rng.gauss(0, self.wobble) - self.wobble**2 / 2)
        expected *= (1 + self.growth) ** (number / 30)
        if day.weekday() >= 5:
            return expected * self.weekend
        return expected * (0.2 if rng.random() < 0.02 else 1)  # a public holiday in fifty weekdays

    def rates(self) -> tuple[Rate, ...]:
        """What its destinations cost."""
        scaled = (replace(rate, per_minute=round(rate.per_minute * self.price)) for rate in RATES)
        return tuple(was if was.type == "premium" else rate for was, rate in zip(RATES, scaled, strict=True))

    def _call(self, hour: datetime, rates: tuple[Rate, ...], rng: random.Random) -> SimulatedCall:
        is_inbound = rng.random() < self.toll_free
        rate = TOLL_FREE if is_inbound else rng.choices(rates, self.weights)[0]
        started_at = hour + timedelta(seconds=rng.randrange(3_600))
        user = "" if is_inbound else f"user-{rng.randrange(self.users)}"
        return SimulatedCall(started_at, _talk_time(rng), user, rate, is_inbound)


def simulated_tenant(seed: int) -> SimulatedTenant:
    """The organisation number *seed*: from two calls a day to forty, with or without a plan."""
    rng = random.Random(f"tenant {seed}")
    calls_a_day = exp(rng.uniform(log(1.5), log(40)))
    users = max(1, round(calls_a_day / rng.uniform(1, 6)))
    minutes = calls_a_day * 22 * 3.2 * 0.7  # about what it talks domestically in a month
    return SimulatedTenant(
        seed=seed,
        users=users,
        calls_a_day=calls_a_day,
        weekend=rng.choice((0.0, 0.05, 0.1, 0.3, 0.8)),
        wobble=rng.uniform(0.05, 0.35),
        drift=rng.uniform(0.02, 0.15),
        growth=rng.uniform(-0.06, 0.08),
        toll_free=rng.choice((0.0, 0.0, 0.1, 0.3)),
        licences=max(1, round(minutes * rng.uniform(0.5, 1.3) / 3_000)) if rng.random() < 0.3 else 0,
        weights=tuple(weight * rng.uniform(0.3, 2) for weight in WEIGHTS),
        price=exp(rng.uniform(0, log(30))),
    )


def _talk_time(rng: random.Random) -> int:
    if rng.random() < SHORT_SHARE:
        return rng.randrange(1, 11)
    return min(LONGEST, max(1, round(rng.lognormvariate(TALK_MU, TALK_SIGMA))))


def _poisson(rng: random.Random, expected: float) -> int:
    """A Poisson number: the count of arrivals in a unit of time; large ones by the normal approximation."""
    if expected > 50:
        return max(0, round(rng.gauss(expected, expected**0.5)))
    count, left = 0, rng.expovariate(1)
    while left < expected:
        count, left = count + 1, left + rng.expovariate(1)
    return count
