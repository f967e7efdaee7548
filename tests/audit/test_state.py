"""The stored state of a replay: continued, it leads to the same book as all pages, and every change of it is found."""

from base64 import b64encode
from dataclasses import replace

import pytest

from shared.audit import proved, state
from shared.audit.finding import Invariant
from shared.audit.markers import MarkerSums, fact_of
from shared.audit.multiset import Multiset
from shared.audit.replay import follow
from shared.audit.reproved import ROW
from shared.audit.state import FORM, OtherFormError, replay_of, text_of
from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Funding, Lot, LotSource
from shared.ports import Row
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal.keys import shard_of
from shared.posting.journal.pages import page_of
from shared.posting.journal.rows import lot_values
from tests.audit.books import page_key
from tests.audit.nights import night, prove, replayed
from tests.fakes.world import START


def test_a_replay_continued_from_any_page_has_the_state_of_the_whole_one(books):
    account, last = AccountId(books.account), books.last
    whole = text_of(replayed(books, last))
    for first in range(1, last):
        continued = replay_of(account, text_of(replayed(books, first)))
        for sequence in range(first + 1, last + 1):
            assert follow(continued, page_of(books.rows[page_key(sequence)]))
        assert continued.findings == [], first
        assert text_of(continued) == whole, first


def test_the_same_where_closed_lots_are_soon_forgotten(books, monkeypatch):
    monkeypatch.setattr(state, "KNOWN_PAGES", 3)
    closed = [name for sequence in range(1, books.last + 1) for name in replayed(books, sequence).closed]
    assert closed
    assert replay_of(AccountId(books.account), text_of(replayed(books, books.last))).earlier == {}
    test_a_replay_continued_from_any_page_has_the_state_of_the_whole_one(books)


def test_the_sums_over_lots_and_markers_have_one_form():
    """If this fails because the rows of lots or the facts of markers have another form, raise `FORM`, so that what an
    earlier version has proved is not taken for falsified.
    """
    lot = Lot(LotId("1"), LotSource.GRANT, Funding.PAID, 10, 0, 0, START, START, 50, "", "PO-1", 10)
    rows = Multiset()
    rows.add("1", lot_values(lot))
    found = MarkerSums()
    found.add(7, fact_of(Marker(Event("ab", "cd"), MarkerKind.BOOKED, 7, None, {"lot": "1"})))
    assert (FORM, rows.total % 10**12, found.all().total % 10**12) == (1, 444382225728, 863251043639)


def test_a_state_of_another_form_or_account_is_refused(books):
    text = text_of(replayed(books, books.last))
    with pytest.raises(OtherFormError):
        replay_of(AccountId(books.account), text.replace('"form":1', '"form":2'))
    with pytest.raises(ValueError, match="another account"):
        replay_of(AccountId("5f0c1f9e-0000-4000-8000-00000000dead"), text)


async def test_a_state_of_another_form_leads_to_a_whole_audit_without_a_finding(books, monkeypatch):
    await prove(books, books.last)
    monkeypatch.setattr(state, "FORM", 2)
    books.raise_by_one(books.keys("h:lot:")[0], "remaining")
    assert {invariant for invariant, _ in await night(books)} == {Invariant.LOT}


def stored_row(books):
    rows = books.world.audits.partitions[shard_of(AccountId(books.account))]
    return rows, proved.PROVED + books.account


@pytest.mark.parametrize(
    "values",
    [
        {"p0": "no base 64"},
        {"p0": b64encode(b"not compressed").decode()},
        {"parts": 2},
        {"digest": "0" * 64},
        {"sequence": 3},
        {"chain": "0" * 64},
    ],
    ids="-".join,
)
async def test_a_change_of_what_was_proved_is_found_in_the_same_night(books, values):
    await prove(books, books.last)
    rows, key = stored_row(books)
    rows[key] = Row(key, "x", {**rows[key].values, **values})
    assert await night(books) == {(Invariant.CHAIN, ROW)}


def forged(books, change):
    """Replace what was proved by a state that *change* has altered, with its digest."""
    found = replayed(books, books.last)
    change(found)
    rows, key = stored_row(books)
    rows[key] = Row(key, "x", proved.proved_rows(found)[key])


def more_in_a_lot(found):
    lot = next(iter(found.book.lots.values()))
    found.book = replace(found.book, lots={**found.book.lots, lot.id: replace(lot, remaining=lot.remaining - 1)})


def more_overdraft(found):
    found.book = replace(found.book, overdraft=found.book.overdraft + 1)


def another_payment(found):
    lot = next(iter(found.book.lots.values()))
    found.book = replace(found.book, lots={**found.book.lots, lot.id: replace(lot, payment="pi_x")})


def another_chain(found):
    found.chain = "0" * 64


def more_consumed(found):
    next(iter(found.parts.values())).consumed += 1


@pytest.mark.parametrize("change", [more_in_a_lot, more_overdraft, another_payment, another_chain, more_consumed])
async def test_a_forged_book_in_what_was_proved_is_found_in_the_same_night(books, change):
    await prove(books, books.last)
    forged(books, change)
    assert (Invariant.CHAIN, ROW) in await night(books)


def markers(found):
    found.markers.earlier.total += 1
    found.markers.ranges.clear()


def closed_lots(found):
    found.closed_sum.total += 1


@pytest.mark.parametrize("change", [markers, closed_lots])
async def test_forged_sums_in_what_was_proved_are_found_at_the_latest_in_the_rota(books, change):
    await prove(books, books.last)
    forged(books, change)
    found = set()
    for _ in range(28):
        books.world.clock.forward(days=1)
        found |= await night(books)
    assert found == {(Invariant.CHAIN, ROW)}


async def test_a_state_that_is_too_large_is_not_kept_and_the_next_audit_is_whole(books, monkeypatch):
    await prove(books, books.last)
    monkeypatch.setattr(proved, "ROWS_MAX", 0)
    books.world.clock.forward(days=28)
    assert await night(books) == set()
    rows, key = stored_row(books)
    assert key not in rows
    books.raise_by_one(books.keys("h:lot:")[0], "remaining")
    assert {invariant for invariant, _ in await night(books)} == {Invariant.LOT}


async def test_a_state_of_several_rows_is_read_and_replaced_by_a_smaller_one(books, monkeypatch):
    monkeypatch.setattr(proved, "PART_CHARACTERS", 100)
    monkeypatch.setattr(proved, "PARTS_IN_ROW", 8)
    await prove(books, books.last)
    rows, key = stored_row(books)
    several = [name for name in rows if name.startswith(key)]
    assert several == [key, *(f"{key}:{part}" for part in range(1, len(several)))]
    assert len(several) > 2
    monkeypatch.undo()
    assert await night(books) == set()
    rows, key = stored_row(books)
    assert [name for name in rows if name.startswith(key)] == [key]
    assert await night(books) == set()
