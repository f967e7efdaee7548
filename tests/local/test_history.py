"""The sample account's calls, drawn without a machine."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

from local.history.organisation import AFTER_WEEKS, USERS
from local.history.weeks import Weeks

MONDAY = datetime(2027, 2, 1, tzinfo=UTC)


def drawn(days=28, since=MONDAY, seed=1):
    return list(Weeks(Random(seed)).calls(since, days))


def test_the_same_seed_draws_the_same_calls_and_another_one_others():
    assert drawn() == drawn()
    assert drawn() != drawn(seed=2)


def test_calls_are_on_their_day_by_people_of_the_organisation_and_fewer_at_weekends():
    calls = drawn()
    by_day = Counter(call.started_at.weekday() for call in calls)
    assert {call.started_at.date() for call in drawn(days=1)} == {MONDAY.date()}
    assert {call.user for call in calls} <= set(USERS)
    assert min(by_day[day] for day in range(5)) > 2 * max(by_day[5], by_day[6])


def test_nobody_calls_on_new_year_and_the_year_has_its_events():
    assert drawn(days=1, since=datetime(2027, 1, 1, tzinfo=UTC)) == []
    assert max(AFTER_WEEKS) < 52
