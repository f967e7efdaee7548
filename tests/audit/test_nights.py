"""What each night's audit finds: corruption of what the last day wrote in the same night, any other at the latest in
the account's night of the rota (R25).
"""

import pytest

from shared.audit import rota
from shared.use_cases.accounts import continue_audit
from tests.audit.falsified import FALSIFIED, markers
from tests.audit.forged import FORGED
from tests.audit.nights import night, prove
from tests.audit.test_falsified import named

ROTA_ONLY = {
    *("a_closed_lot_that_nobody_granted", "an_ended_purchase_that_nobody_made", "a_row_of_an_unknown_kind"),
    *("a_pool_that_nobody_used", "a_licence_that_nobody_assigned"),
}
"""Rows that no page names, and that a night does not read."""

MARKERS_OF_NO_PAGE = {"a_marker_that_nobody_wrote", "a_marker_of_a_page_that_is_not_there_yet"}
"""The same, where a night reads markers by their keys."""


@pytest.fixture
def no_rota(monkeypatch):
    """No account is in its night of the rota."""
    monkeypatch.setattr(rota, "is_in_turn", lambda *_: False)


@pytest.mark.usefixtures("no_rota")
@pytest.mark.parametrize("falsified", [*FALSIFIED, *FORGED], ids=named)
async def test_what_is_falsified_in_the_rows_of_the_last_day_is_found_in_the_same_night(books, falsified):
    await prove(books, 1)
    books.world.clock.forward(days=1)
    invariant, falsify = falsified
    row = falsify(books)
    assert ((invariant, row) in await night(books)) is (falsify.__name__ not in ROTA_ONLY)


@pytest.mark.usefixtures("no_rota")
@pytest.mark.parametrize("falsified", [*markers.FALSIFIED, *FORGED], ids=named)
async def test_the_same_where_the_account_has_too_many_markers_to_read_all(books, monkeypatch, falsified):
    monkeypatch.setattr(continue_audit, "MARKERS_AT_ONCE", 0)
    monkeypatch.setattr(continue_audit, "ROWS_FOR_A_READ", 0)
    await prove(books, 1)
    invariant, falsify = falsified
    row = falsify(books)
    assert ((invariant, row) in await night(books)) is (falsify.__name__ not in MARKERS_OF_NO_PAGE)


@pytest.mark.parametrize("falsified", [*FALSIFIED, *FORGED], ids=named)
async def test_what_is_falsified_in_earlier_rows_is_found_at_the_latest_in_the_rota(books, falsified):
    await prove(books, books.last)
    invariant, falsify = falsified
    row = falsify(books)
    for _ in range(28):
        books.world.clock.forward(days=1)
        found = await night(books)
        if found:
            break
    assert (invariant, row) in found


async def test_thirty_nights_find_nothing_in_correct_rows(books):
    await prove(books, 1)
    for _ in range(30):
        books.world.clock.forward(days=1)
        assert await night(books) == set()


@pytest.mark.usefixtures("no_rota")
async def test_an_account_with_a_finding_is_audited_whole_until_it_has_none(books):
    await prove(books, books.last)
    key = books.keys("h:lot:")[0]
    before = books.rows[key]
    books.raise_by_one(key, "remaining")
    assert await night(books) == set()  # no page of the last day wrote it
    books.world.clock.forward(days=28)
    for _ in range(2):
        books.world.clock.forward(days=1)
        assert {row for _, row in await night(books)} == {key}
    books.rows[key] = before
    books.world.clock.forward(days=1)
    assert await night(books) == set()


@pytest.mark.usefixtures("no_rota")
async def test_a_restored_older_ledger_is_found_although_its_rows_agree(books):
    """The pages, the markers and the working set of an older backup."""
    await prove(books, books.last)
    older = dict(books.rows)
    await books.tenant.grant("1", "PO-9")
    books.world.clock.forward(days=1)
    assert await night(books) == set()
    books.world.ledger.partitions[books.account] = older
    books.world.clock.forward(days=1)
    assert "Audits" in {row for _, row in await night(books)}
