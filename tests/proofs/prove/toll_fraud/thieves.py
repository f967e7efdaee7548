"""Toll fraud: calls that a thief makes with a stolen password, to numbers of which he gets a share."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from tests.proofs.prove.toll_fraud.tenants import MICROS, Destination, SimulatedCall, SimulatedTenant

Theft = Callable[[SimulatedTenant, datetime, Random], Iterator[SimulatedCall]]


def premium_burst(victim: SimulatedTenant, night: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """Ten lines to premium numbers from one o'clock to six."""
    return _lines(victim, night, rng, lines=10, hours=5, price=(1.5, 3.0), is_premium=True)


def high_cost_burst(victim: SimulatedTenant, night: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """Twenty lines to dear countries from one o'clock to six."""
    return _lines(victim, night, rng, lines=20, hours=5, price=(0.25, 0.8), is_premium=False)


def slow_drip(victim: SimulatedTenant, night: datetime, rng: Random) -> Iterator[SimulatedCall]:
    """One line, a call of some minutes every quarter of an hour, for five days and nights."""
    called, user = Destination("881", round(rng.uniform(0.5, 1.2) * MICROS)), victim.user(rng)
    at = victim.local(night, 1)
    for number in range(5 * 24 * 4):
        yield SimulatedCall(at + timedelta(minutes=15 * number), user, called, rng.randint(180, 600))


def _lines(
    victim: SimulatedTenant,
    night: datetime,
    rng: Random,
    *,
    lines: int,
    hours: int,
    price: tuple[float, float],
    is_premium: bool,
) -> Iterator[SimulatedCall]:
    user = victim.user(rng)
    places = [Destination(f"88{number}", round(rng.uniform(*price) * MICROS), is_premium) for number in range(4)]
    for _ in range(lines):
        at, ends = victim.local(night, 1), victim.local(night, 1 + hours)
        while at < ends:
            call = SimulatedCall(at, user, rng.choice(places), rng.randint(240, 1200))
            yield call
            at = call.ends + timedelta(seconds=rng.randint(5, 40))


THEFTS: Mapping[str, Theft] = {
    "premium burst": premium_burst,
    "high-cost burst": high_cost_burst,
    "slow drip": slow_drip,
}
