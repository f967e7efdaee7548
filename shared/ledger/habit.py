"""The habit of an account: what its users and destinations usually cost, and when it calls (R28).

It is a statistic. No money rests on it alone: what the brake decides from it is a fact of the journal. So it is in no
page, and a rebuilt account learns it again. Its size is bounded, whatever the number of users and destinations.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

HOURS = 48
"""The hours of a working day, then those of a day off, in the account's time zone."""


_ENCODER = json.JSONEncoder(separators=(",", ":"))


class _Figures(NamedTuple):
    """What one user, or one destination prefix, costs. Amounts in micro-units. It is a tuple because a new one is made
    for every charged call.

    *day*: its latest day (days since 1970, UTC), with the *day_cost*, *day_risk* and *day_calls* of that day, and the
    *peak_cost* and *peak_calls* of its busiest hour. *usual_...*: the same, as learned from days before. *slots*: the
    latest hour, in slots of ten minutes, each with its number, cost, risk and calls. A risk is a cost, weighted.
    """

    day: int = 0
    day_cost: int = 0
    day_risk: int = 0
    day_calls: int = 0
    peak_cost: int = 0
    peak_calls: int = 0
    usual_day: int = 0
    usual_hour: int = 0
    usual_calls: int = 0
    slots: tuple[tuple[int, int, int, int], ...] = ()


class Track(_Figures):
    """The figures of one user or destination, which keep their text: each commit writes all tracks of the account, and
    most of them are those of the commit before.
    """

    @cached_property
    def text(self) -> str:
        """The figures as JSON."""
        return _ENCODER.encode(self)


_NO_TRACKS: Mapping[str, Track] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Habit:
    """The tracks of *users* and *prefixes*, the number of charged calls in each of the `HOURS`, and on how many *days*
    there were charged calls; *day* is the latest one.
    """

    users: Mapping[str, Track] = field(default_factory=lambda: _NO_TRACKS)
    prefixes: Mapping[str, Track] = field(default_factory=lambda: _NO_TRACKS)
    hours: tuple[int, ...] = (0,) * HOURS
    days: int = 0
    day: int = 0


UNKNOWN_HABIT = Habit()
"""Of an account of which nothing is known yet."""
