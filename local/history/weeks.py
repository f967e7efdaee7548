"""The calls of the sample organisation: everyday ones, and now and then a conference that dials out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from local.commands.sample_card import SAMPLE
from local.demo.calls import Call, Switchboard, midnight_before
from local.demo.independent_rating import PublishedCard
from local.history.organisation import USERS

WORKDAYS = 5
WORKDAY_CALLS, WEEKEND_CALLS = 11, 1
CONFERENCE_SHARE = 0.03
HOLIDAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (7, 4)}
QUIET_MONTHS = {8: 0.5, 12: 0.75}
"""August and December have fewer calls."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Draws the calls of any days; the same *random* draws the same calls."""

    random: Random

    def calls(self, since: datetime, days: int) -> Iterator[Call]:
        """The calls of *days* days from *since* on, oldest day first."""
        card = PublishedCard(SAMPLE)
        for day in range(days):
            midnight = midnight_before(since + timedelta(days=day))
            board = Switchboard(self.random, card, midnight)
            for _ in range(self._number(midnight)):
                is_conference = self.random.random() < CONFERENCE_SHARE
                drawn = board.conference(0) if is_conference else board.everyday(0)
                yield replace(drawn, user=self.random.choice(USERS))

    def _number(self, day: datetime) -> int:
        """How many calls a day has."""
        if (day.month, day.day) in HOLIDAYS:
            return 0
        usual = WORKDAY_CALLS if day.weekday() < WORKDAYS else WEEKEND_CALLS
        return round(usual * QUIET_MONTHS.get(day.month, 1) * self.random.uniform(0.6, 1.4))
