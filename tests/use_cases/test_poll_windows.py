"""Which part of a log each run reads: nothing is skipped, however long runs were away and however late rows come."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.use_cases.collection.poll_windows import LOOK_BACK_MAX, SLICE, Window, is_beyond_reach, windows

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OVERLAP = timedelta(hours=72)
LONG_AGO = NOW - timedelta(days=400)


def ago(**past: float) -> datetime:
    return NOW - timedelta(**past)


@pytest.mark.parametrize(
    ("reached", "since", "start"),
    [
        (None, ago(hours=5), ago(hours=5)),  # the first run: from the account's beginning
        (None, LONG_AGO, ago(days=90)),  # Graph shows no more
        (ago(hours=1), LONG_AGO, ago(hours=73)),
        (ago(hours=1), ago(hours=2), ago(hours=2)),
        (ago(days=20), LONG_AGO, ago(days=23)),
        (ago(days=200), LONG_AGO, ago(days=90)),
    ],
)
def test_a_run_begins_where_rows_may_be_missing(reached, since, start):
    found = list(windows(reached, since, NOW, OVERLAP))
    assert (found[0].start, found[-1].end) == (start, NOW)


def test_nothing_is_read_of_an_account_whose_usage_begins_later():
    assert list(windows(None, NOW + timedelta(days=1), NOW, OVERLAP)) == []


def test_a_long_way_is_made_in_steps():
    assert list(windows(None, ago(hours=36), NOW, OVERLAP)) == [
        Window(ago(hours=36), ago(hours=12)),
        Window(ago(hours=12), NOW),
    ]


hours = st.integers(0, 2_000)


@settings(max_examples=20)
@given(hours, hours)
def test_slices_meet_without_gaps(reached, since):
    found = list(windows(ago(hours=reached), ago(hours=since), NOW, OVERLAP))
    assert all(first.end == second.start for first, second in itertools.pairwise(found))
    assert all(timedelta() < each.end - each.start <= SLICE for each in found)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(0, 1_000), st.integers(0, 71))
def test_a_row_is_read_if_it_appears_within_the_overlap_whenever_runs_take_place(pauses, began, late):
    """*pauses* are the hours between runs; the call began *began* hours after the account, its row came later."""
    opened = NOW
    called, seen = opened + timedelta(hours=began), opened + timedelta(hours=began + late)
    now, reached, is_read = opened, None, False
    for pause in [*pauses, 1_000]:
        now += timedelta(hours=pause)
        for window in windows(reached, opened, now, OVERLAP):
            is_read = is_read or (seen <= now and window.start <= called < window.end)
        assert is_read or seen >= now or now - called > LOOK_BACK_MAX
        reached = now


@pytest.mark.parametrize(("reached", "is_lost"), [(None, False), (ago(days=90), False), (ago(days=91), True)])
def test_a_gap_is_known(reached, is_lost):
    assert is_beyond_reach(reached, NOW) is is_lost
