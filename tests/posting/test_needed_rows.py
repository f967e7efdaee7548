"""Licences and pools are read when a decision needs them, and only then."""

import pytest

from shared.ledger.entitlements import Assignment, Entitlements, Licence
from shared.ledger.pool import Pool
from shared.ports import Create
from shared.posting.decision import Decision
from shared.posting.journal import needed_rows
from shared.posting.journal.call_rows import licence_values, pool_values
from shared.posting.journal.keys import POOL, licence_key
from shared.posting.journal.needed_rows import missing, with_needed
from shared.posting.journal.rows import Loaded
from tests.fakes.table import FakeTable
from tests.rules.books import ACCOUNT, NOON, book

ANN = Licence("ann", (Assignment(NOON, None, "MCOPSTN1", "US"),))
LICENSED = Entitlements(licensed_since=NOON)


def decision(*pools, users=()):
    return Decision(lambda _book, _now: None, licences=users, pools=lambda _book: pools)


@pytest.fixture
async def table():
    made = FakeTable()
    rows = [Create(licence_key("ann"), licence_values(ANN)), Create(POOL + "P", pool_values(Pool("P", 60, 5, "ann")))]
    await made.transact(ACCOUNT, rows)
    return made


async def needed(table, before, *decisions):
    reads = []

    async def note(_verb, _partition, key):
        reads.append(key)

    table.before = note
    return await with_needed(table, ACCOUNT, before, decisions), reads


async def test_what_is_missing_is_read_with_its_etags(table):
    loaded, _ = await needed(
        table, Loaded(book(entitlements=LICENSED), {"a:head": "1"}), decision("P", "Q", users=("ann", "bob"))
    )
    assert loaded.book.pools == {"P": Pool("P", 60, 5, "ann"), "Q": Pool("Q")}
    assert loaded.book.licences == {"ann": ANN, "bob": Licence("bob")}
    assert set(loaded.etags) == {"a:head", licence_key("ann"), POOL + "P"}


async def test_what_the_book_has_is_not_read_again(table):
    before = Loaded(book(pools={"P": Pool("P", 1)}, licences={"ann": Licence("ann")}, entitlements=LICENSED))
    assert await needed(table, before, decision("P", users=("ann",)), decision()) == (before, [])


async def test_before_the_first_assignment_there_is_no_licence_to_read(table):
    loaded, reads = await needed(table, Loaded(book()), decision(users=("ann",)))
    assert (loaded.book.licences, reads) == ({"ann": Licence("ann")}, [])


async def test_a_licence_that_has_been_read_may_lead_to_another_pool(table):
    def pools(account):
        return [each.assignments[0].plan for each in account.licences.values() if each.assignments]

    wants = Decision(lambda _book, _now: None, licences=("ann",), pools=pools)
    loaded, _ = await needed(table, Loaded(book(entitlements=LICENSED)), wants)
    assert loaded.book.pools == {"MCOPSTN1": Pool("MCOPSTN1")}
    assert not missing(loaded.book, [wants])


async def test_when_too_many_are_kept_all_are_dropped_and_read_again(table, monkeypatch):
    monkeypatch.setattr(needed_rows, "KEPT_MAX", 1)
    kept = {"P": Pool("P", 1), "R": Pool("R", 2)}
    loaded, _ = await needed(table, Loaded(book(pools=kept)), decision("P", "Q"))
    assert loaded.book.pools == {"P": Pool("P", 60, 5, "ann"), "Q": Pool("Q")}
    unchanged = Loaded(book(pools=kept))
    assert (await needed(table, unchanged, decision("P")))[0] is unchanged
