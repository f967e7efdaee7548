from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.eligibility.licences import ASSIGNMENTS_MAX, assigned, current, is_continued, removed
from shared.ledger.entitlements import Assignment, Licence

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
NONE = Licence("ann")
GIVEN = assigned(NONE, "MCOPSTN1", "US", now=NOON)


def test_a_licence_is_in_force_from_its_assignment_on():
    assert GIVEN.assignments == (Assignment(NOON, None, "MCOPSTN1", "US"),)
    assert GIVEN.at(NOON - INSTANT) is None
    assert GIVEN.at(NOON) == current(GIVEN) == GIVEN.assignments[0]


def test_the_same_content_again_changes_nothing():
    assert assigned(GIVEN, "MCOPSTN1", "US", now=NOON + HOUR) is GIVEN


def test_a_change_of_the_plan_ends_the_earlier_assignment_without_a_break():
    changed = assigned(GIVEN, "MCOPSTN2", "US", now=NOON + HOUR)
    assert changed.assignments == (
        Assignment(NOON, NOON + HOUR, "MCOPSTN1", "US"),
        Assignment(NOON + HOUR, None, "MCOPSTN2", "US"),
    )
    assert [is_continued(each) for each in (NONE, GIVEN, changed)] == [False, False, True]


def test_a_removed_licence_stays_in_force_for_earlier_instants():
    ended = removed(GIVEN, now=NOON + HOUR)
    assert ended.at(NOON + HOUR - INSTANT) is not None
    assert ended.at(NOON + HOUR) is None
    assert current(ended) is None
    assert not is_continued(ended)
    assert removed(ended, now=NOON + 2 * HOUR) is ended
    assert removed(NONE, now=NOON) is NONE


def test_a_licence_that_is_assigned_again_after_a_break_begins_anew():
    again = assigned(removed(GIVEN, now=NOON + HOUR), "MCOPSTN1", "US", now=NOON + 2 * HOUR)
    assert not is_continued(again)
    assert [again.at(NOON + n * HOUR) is not None for n in range(3)] == [True, False, True]


def test_the_oldest_assignments_are_dropped():
    licence = NONE
    for number in range(ASSIGNMENTS_MAX + 5):
        licence = assigned(licence, f"plan {number}", "US", now=NOON + number * HOUR)
    assert len(licence.assignments) == ASSIGNMENTS_MAX
    assert licence.assignments[0].plan == "plan 5"


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B"]), st.integers(-5, 50)), max_size=12))
def test_assignments_never_overlap_even_if_clocks_differ(steps):
    licence = NONE
    for plan, hours in steps:
        now = NOON + hours * HOUR
        licence = assigned(licence, plan, "US", now=now) if plan else removed(licence, now=now)
    for earlier, later in zip(licence.assignments, licence.assignments[1:], strict=False):
        assert earlier.until is not None
        assert earlier.from_ <= earlier.until <= later.from_
