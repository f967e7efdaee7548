"""The audit reads pages and markers a few at a time, and finds the same as if it had read all at once (R25)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import journal, markers, unreadable
from shared.audit.markers import MarkerSums, in_portions
from shared.audit.multiset import Multiset
from tests.audit.falsified import markers as falsified_markers
from tests.audit.falsified import pages
from tests.audit.forged import FORGED
from tests.audit.test_falsified import named


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(journal, "PAGES_AT_ONCE", 1)
    monkeypatch.setattr(journal, "PAGES_AT_ONCE_MAX", 3)
    monkeypatch.setattr(markers, "MARKERS_AT_ONCE", 2)
    monkeypatch.setattr(markers, "COMPARED_MAX", 1)
    monkeypatch.setattr(unreadable, "ROWS_AT_ONCE", 2)


@pytest.mark.usefixtures("small")
async def test_nothing_is_found_in_small_portions_of_correct_rows(books):
    assert await books.audit() == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("falsified", [*falsified_markers.FALSIFIED, *pages.FALSIFIED, *FORGED], ids=named)
async def test_small_portions_reveal_the_falsified_row(books, falsified):
    invariant, falsify = falsified
    row = falsify(books)
    assert (invariant, row) in {(finding.invariant, finding.row) for finding in await books.audit()}


async def test_every_marker_is_named_when_all_are_lost(books):
    keys = books.keys("m:")
    for key in keys:
        books.drop(key)
    assert {finding.row for finding in await books.audit()} >= set(keys)


async def test_the_page_that_settles_an_event_a_second_time_is_named(books):
    first = books.page_of_kind("debit")
    mark = books.facts(first)["marks"][0]
    page = books.forge(books.last, lambda facts: facts.setdefault("marks", []).append(mark))
    assert f"event {mark[0]} was settled by page {first}" in {
        finding.detail for finding in await books.audit() if finding.row == page
    }


async def test_no_request_reads_more_than_a_portion_of_pages_or_markers(books, monkeypatch):
    monkeypatch.setattr(journal, "PAGES_AT_ONCE", 2)
    monkeypatch.setattr(journal, "PAGES_AT_ONCE_MAX", 2)
    monkeypatch.setattr(markers, "MARKERS_AT_ONCE", 2)
    table, sizes = books.world.ledger, list[int]()
    read = table.range

    async def note(partition, first, end, limit=None):
        found = await read(partition, first, end, limit)
        if first.startswith(("j:", "m:")):
            sizes.append(len(found.rows))
        return found

    monkeypatch.setattr(table, "range", note)
    assert await books.audit() == []
    assert max(sizes) == 2


ROWS = st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=6)


def summed(rows):
    found = Multiset()
    for key, value in rows:
        found.add(key, {"value": value})
    return found


@given(ROWS, st.randoms(use_true_random=False))
def test_the_sum_of_rows_does_not_depend_on_their_order(rows, randomness):
    shuffled = list(rows)
    randomness.shuffle(shuffled)
    assert summed(shuffled) == summed(rows)


@given(ROWS, ROWS)
def test_the_sums_of_different_rows_differ(some, others):
    assert (summed(some) == summed(others)) is (sorted(some) == sorted(others))


@given(ROWS, ROWS)
def test_removed_rows_leave_no_trace_and_sums_can_be_joined(kept, removed):
    found = summed([*kept, *removed])
    for key, value in removed:
        found.remove(key, {"value": value})
    assert found == summed(kept)
    found.join(summed(removed))
    assert found == summed([*kept, *removed])


def test_a_repeated_row_does_not_cancel_itself():
    assert summed([("a", 1), ("a", 1)]) != summed([])


def test_ranges_are_compared_in_portions_of_limited_size(monkeypatch):
    monkeypatch.setattr(markers, "COMPARED_MAX", 3)
    sums = MarkerSums()
    for name, count in (("aa", 2), ("bb", 1), ("cc", 1), ("dd", 5)):
        for number in range(count):
            sums.add(1, [f"{name}{number}", "", "booked", None, {}])
    found = list(in_portions(["aa", "bb", "cc", "dd"], sums))
    assert [sorted(portion) for portion in found] == [["aa", "bb"], ["cc"], ["dd"]]
