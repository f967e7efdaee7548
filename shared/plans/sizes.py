"""Sizes of pools that an operator sets in place of the catalogue's (setting `Plans__minutes`)."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from shared.plans.plan import ANYWHERE, Plan, PlanPool, PoolKind

Sizes: TypeAlias = Mapping[tuple[str, PoolKind, str], int]
"""Minutes of one licence by plan, destinations and location; location `ANYWHERE` is every one that is not named."""

CATALOGUE_SIZES: Sizes = MappingProxyType({})
"""No size is overridden."""

MINUTES_MAX = 1_000_000
"""A larger allowance is taken for a typing error."""

_PART = re.compile(r"([A-Z0-9_]+)/([A-Za-z]+)/([A-Z]{2}|\*)=([0-9]{1,7})")


def minutes_of(plan: Plan, pool: PlanPool, location: str, sizes: Sizes) -> int:
    """The minutes that one licence of *plan* in *location* adds to *pool* in a month; 0 where there are none.

    For a conferencing plan, *location* is the organisation's country.
    """
    for place in (location, ANYWHERE):
        if (overridden := sizes.get((plan.plan, pool.destinations, place))) is not None:
            return overridden
    return pool.minutes(location)


def locations_by_minutes(plan: Plan, pool: PlanPool, sizes: Sizes) -> list[tuple[int, tuple[str, ...]]]:
    """Each size of *pool* that is not 0, with the locations that have it; no locations: everywhere else."""
    overridden = [location for name, kind, location in sizes if (name, kind) == (plan.plan, pool.destinations)]
    named = dict.fromkeys((*pool.locations, *pool.minutes_per_licence, *overridden))
    named.pop(ANYWHERE, None)
    found: dict[int, list[str]] = {}
    for location in (*named,) if pool.locations else (ANYWHERE, *named):
        found.setdefault(minutes_of(plan, pool, location, sizes), []).append(location)
    return [
        (minutes, () if ANYWHERE in locations else tuple(locations)) for minutes, locations in found.items() if minutes
    ]


def read_sizes(parts: Iterable[str], plans: Iterable[Plan]) -> Sizes:
    """The sizes in *parts* such as `MCOPSTN1/domestic/MX=1200`; the location `*` is every one that is not named.

    ValueError when a part has another form, names a pool that none of *plans* has, or occurs twice.
    """
    pools = {(plan.plan, pool.destinations) for plan in plans for pool in plan.pools}
    sizes: dict[tuple[str, PoolKind, str], int] = {}
    for part in parts:
        match = _PART.fullmatch(part)
        plan, destinations, location, minutes = match.groups() if match else ("", "", "", "0")
        if match is None or int(minutes) > MINUTES_MAX:
            raise _flaw(f"{part} is not PLAN/destinations/LOCATION=minutes, with at most {MINUTES_MAX} minutes")
        if (plan, destinations) not in pools:
            raise _flaw(f"no plan {plan} has a pool {destinations}")
        key = plan, PoolKind(destinations), ANYWHERE if location == "*" else location
        if key in sizes:
            raise _flaw(f"{plan}/{destinations}/{location} is there twice")
        sizes[key] = int(minutes)
    return MappingProxyType(sizes)


def _flaw(detail: str) -> ValueError:
    return ValueError(f"Plans__minutes is a list such as MCOPSTN1/domestic/MX=1200: {detail}")
