"""`apply` returns the next book, and rejects any change that breaks an invariant."""

import pytest

from shared.kernel.ids import LotId
from shared.ledger.apply import apply
from shared.ledger.book import Recharged
from shared.ledger.change import (
    Change,
    Entry,
    LedgerBrokenError,
    Movement,
    MovementKind,
    OutboxMessage,
    lot_at,
    lot_place,
)
from shared.ledger.intent import Intent, IntentState
from shared.ledger.pause import Pause, PauseReason
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot, SlotState
from tests.rules.books import NOON, book, left, lot

NAME = LotId("A")
A = lot_place(NAME)


def moving(*moves):
    return Change(movements=(Movement(MovementKind.DEBIT, tuple(Entry(*move) for move in moves)),))


@pytest.mark.parametrize(
    ("before", "move", "words"),
    [
        (book(lot(remaining=100)), (A, "usage", 101), "would hold -1 of 100"),
        (book(lot(remaining=100)), ("card", A, 1), "would hold 101 of 100"),
        (book(lot(remaining=100, pinned=60)), (A, "usage", 41), "would hold 59, 60 pinned"),
        (book(lot(remaining=100)), (A, "usage", 0), "an entry moves 0"),
        (book(lot(remaining=100)), (A, "usage", -1), "an entry moves -1"),
        (
            book(lot(remaining=20, original=100, expired=50)),
            ("usage", A, 31),
            "would hold 51 of 100, 50 gone",
        ),
        (book(), (A, "usage", 1), "is not in the book"),
        (book(), ("card", A, 1), "is not in the book"),
        (book(closed=[lot(remaining=0, original=100)]), (A, "usage", 1), "would hold -1 of 100"),
        (book(lot(), overdraft=5), (A, "overdraft", 6), "more overdraft or accrued usage is settled than there is"),
        (book(), ("somewhere", "usage", 1), "there is no place somewhere"),
        (book(lot()), (A, "elsewhere", 1), "there is no place elsewhere"),
    ],
)
def test_a_change_that_breaks_an_invariant_is_rejected(before, move, words):
    with pytest.raises(LedgerBrokenError, match=words):
        apply(before, moving(move))


@pytest.mark.parametrize("before", [book(lot(remaining=70, original=100)), book(closed=[lot(remaining=0)])])
def test_an_existing_lot_cannot_be_opened_again(before):
    with pytest.raises(LedgerBrokenError, match="lot A is opened twice"):
        apply(before, Change(opened=(lot(remaining=0, original=100),)))


@pytest.mark.parametrize(
    ("before", "move", "lots", "closed"),
    [
        (book(lot(remaining=100)), (A, "usage", 99), {"A": 1}, []),
        (book(lot(remaining=100)), (A, "usage", 100), {}, ["A"]),  # to zero: closed
        (book(lot(remaining=99, original=100)), ("usage", A, 1), {"A": 100}, []),
        (book(lot(remaining=100, pinned=60)), (A, "usage", 40), {"A": 60}, []),
        (book(closed=[lot(remaining=0, original=100)]), ("usage", A, 30), {"A": 30}, []),  # reopened
    ],
)
def test_a_lot_is_open_until_it_is_spent(before, move, lots, closed):
    after = apply(before, moving(move))
    assert (left(after), list(after.closed)) == (lots, closed)


def test_a_lot_that_is_opened_and_spent_in_one_change_is_closed():
    before = book(closed=[lot(remaining=0, original=100)])
    after = apply(before, moving(("usage", A, 30), (A, "usage", 30)))
    assert (left(after), list(after.closed)) == ({}, ["A"])


@pytest.mark.parametrize(("target", "expired"), [("breakage", 100), ("usage", 0)])
def test_a_lot_records_its_forfeited_amount(target, expired):
    assert apply(book(lot()), moving((A, target, 100))).closed[NAME].expired == expired


def test_applying_a_change_does_not_modify_the_previous_book():
    before = book(lot(remaining=100))
    apply(before, moving((A, "usage", 100)))
    assert (left(before), before.closed) == ({"A": 100}, {})


def test_a_change_keeps_everything_that_it_does_not_set():
    before = book(lot(), overdraft=3, slot=Slot(SlotState.WANTED, 4, 50), zero_notified=False)
    assert apply(before, Change()) == before
    assert apply(before, Change()).lots == before.lots


def test_the_next_book_has_everything_that_a_change_sets():
    intent = Intent("i", IntentState.PROCESSING, 50, "card", NOON, NOON)
    settings, slot, recharged = Settings(customer="c"), Slot(SlotState.WANTED, 1, 50), Recharged("2026-03", 50)
    after = apply(
        book(),
        Change(intents=(intent,), settings=settings, slot=slot, zero_notified=False, recharged=recharged),
    )
    assert (after.intents, after.settings, after.slot, after.zero_notified, after.recharged) == (
        {"i": intent},
        settings,
        slot,
        False,
        recharged,
    )


def test_combining_two_changes_keeps_all_purchases_and_the_last_recharge_and_pause():
    one, two = (Intent(name, IntentState.PROCESSING, 50, "card", NOON, NOON) for name in "ab")
    first = Change(intents=(one,), recharged=Recharged("2026-03", 50), pause=Pause(PauseReason.CAP, NOON))
    second = Change(intents=(two,), recharged=Recharged("2026-03", 80), pause=Pause(PauseReason.LARGEST_CHARGE, NOON))
    both = apply(book(), first.then(second))
    assert (list(both.intents), both.recharged, both.pause) == (["a", "b"], second.recharged, second.pause)
    for change, only in ((first.then(Change()), first), (Change().then(second), second)):
        after = apply(book(), change)
        assert (after.recharged, after.pause) == (only.recharged, only.pause)


def test_combining_two_changes_adds_movements_and_keeps_the_later_values():
    first = Change(
        movements=moving((A, "usage", 1)).movements,
        outbox=(OutboxMessage("q", {"n": 1}),),
        slot=Slot(SlotState.WANTED, 1),
        zero_notified=True,
        result={"lot": "A", "a": "1"},
    )
    second = Change(
        movements=moving((A, "usage", 2)).movements,
        outbox=(OutboxMessage("q", {"n": 2}),),
        zero_notified=False,
        result={"a": "2"},
    )
    both = first.then(second)
    assert left(apply(book(lot()), both)) == {"A": 97}
    assert (both.slot, both.zero_notified, both.result) == (first.slot, False, {"lot": "A", "a": "2"})
    assert [each.body["n"] for each in both.outbox] == [1, 2]
    assert first.then(Change()) == first


@pytest.mark.parametrize(("place", "name"), [("lot:x:y", "x:y"), ("overdraft", None), ("card", None)])
def test_the_lot_of_a_place_is_known(place, name):
    assert lot_at(place) == name
    assert name is None or lot_place(name) == place
