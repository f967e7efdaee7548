"""What a plan of the catalogue is: its names, since when, and the minutes that each licence adds to its pools (R8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

ANYWHERE = ""
"""In a pool's minutes: every location that is not named."""


def midnight(day: str) -> datetime:
    """The beginning of *day* (`2023-01-25`) in UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


class PoolKind(StrEnum):
    """The destinations that a pool pays for (CONTRACT 2.3)."""

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"
    ZONE_A = "zoneA"


@dataclass(frozen=True, slots=True)
class PlanPool:
    """Minutes that each licence of a plan includes in a calendar month.

    *minutes_per_licence* is by usage location; for a conferencing plan, by the organisation's country. 0: no source
    states minutes there, or a carrier bills them. *pooled*: the licences add up; if not, each user has one licence's
    minutes. *share_groups*: usage locations that have one pool together. *locations*: where the plan is offered; empty
    if it does not depend on the location. *countries*: the only destinations, if not all of the kind.
    """

    destinations: PoolKind
    minutes_per_licence: Mapping[str, int]
    pooled: bool = True
    share_groups: tuple[tuple[str, ...], ...] = ()
    locations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes_per_licence", MappingProxyType(dict(self.minutes_per_licence)))

    def minutes(self, location: str) -> int:
        """The minutes of one licence in *location*, without an operator's setting."""
        return self.minutes_per_licence.get(location, self.minutes_per_licence.get(ANYWHERE, 0))

    def shared_location(self, location: str) -> str:
        """The location under which the pool of *location* is counted: the first of its share group."""
        return next((group[0] for group in self.share_groups if location in group), location)


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as it is from *valid_from* until its next entry.

    *plan* is the capability in usage records; empty where no source names it. *aliases*: other names of the same plan,
    such as its part numbers. *sold_in*: the usage locations of a pay-as-you-go plan, whose every outbound call is
    charged. *is_prepaid*: the licence of Communications Credits itself. *sources*: keys of `sources.SOURCES`.
    """

    plan: str
    name: str
    valid_from: datetime
    pools: tuple[PlanPool, ...] = ()
    is_pay_as_you_go: bool = False
    is_conference: bool = False
    is_prepaid: bool = False
    aliases: tuple[str, ...] = ()
    sold_in: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def pool(self, destinations: PoolKind) -> PlanPool | None:
        """Its pool for *destinations*; None if it has none."""
        return next((each for each in self.pools if each.destinations is destinations), None)
