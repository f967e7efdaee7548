"""R10, R11: a correction unwinds a booking in reverse of the recorded order, and books the new charge."""

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, LotSource
from shared.ledger.change import Change, MovementKind
from shared.ledger.reverse import correct
from tests.rules.books import (
    DAY,
    GRACE,
    GRACE_OVER,
    INSTANT,
    NOON,
    book,
    booked,
    charge,
    entries,
    left,
    lot,
    settled,
)

TOMORROW = NOON + DAY


def corrected(before, old, amount, *, now=TOMORROW):
    change = correct(before, old, charge(amount), GRACE, now=now)
    return change, settled(before, change, now=now)


@pytest.mark.parametrize(
    ("amount", "moves", "after"),
    [
        (0, [("usage", "A", 30)], {"A": 100}),
        (20, [("usage", "A", 30), ("A", "usage", 20)], {"A": 80}),
        (30, [("usage", "A", 30), ("A", "usage", 30)], {"A": 70}),  # corrected to what it was: nothing moves on balance
        (100, [("usage", "A", 30), ("A", "usage", 100)], {}),
    ],
)
def test_a_correction_refunds_the_old_charge_and_debits_the_new_one(amount, moves, after):
    change, then = corrected(book(lot("A", 70, original=100)), booked(("A", 30)), amount)
    assert entries(change) == moves
    assert left(then) == after
    [movement] = change.movements
    assert movement.kind is MovementKind.CORRECTION


def test_a_booking_is_unwound_from_its_last_entry_to_its_first():
    before = book(lot("C", 75, original=100), closed=[lot("A", 0, original=10), lot("B", 0, original=20)])
    change, then = corrected(before, booked(("A", 10), ("B", 20), ("C", 25)), 0)
    assert entries(change) == [("usage", "C", 25), ("usage", "B", 20), ("usage", "A", 10)]
    assert left(then) == {"C": 100, "B": 20, "A": 10}  # spent lots are open again


def test_the_new_charge_may_use_the_refund():
    before = book(lot("B", 45, original=50), closed=[lot("A", 0, original=10)])
    change, then = corrected(before, booked(("A", 10), ("B", 5)), 12)
    assert entries(change) == [("usage", "B", 5), ("usage", "A", 10), ("A", "usage", 10), ("B", "usage", 2)]
    assert left(then) == {"B": 48}


def test_a_call_that_was_never_booked_is_booked_by_the_correction():
    change, then = corrected(book(lot("A", 100)), (), 30)
    assert entries(change) == [("A", "usage", 30)]
    assert left(then) == {"A": 70}


def test_only_debits_are_unwound_not_overdraft_settled_by_the_same_movement():
    old = (*booked(("A", 30)), *booked(("overdraft", 5)))
    settling = type(old[0])("lot:B", "overdraft", 5)
    before = book(lot("A", 70, original=100), lot("B", 45, original=50))
    change, _ = corrected(before, (*old, settling), 0)
    assert ("usage", "A", 30) in entries(change)
    assert sum(amount for *_, amount in entries(change)) == 35


@pytest.mark.parametrize(
    ("owed", "amount", "moves", "still_owed"),
    [
        (20, 0, [("usage", "overdraft", 20)], 0),
        (20, 5, [("usage", "overdraft", 20), ("overdraft", "usage", 5)], 5),
        (50, 0, [("usage", "overdraft", 20)], 30),  # other calls are overdrawn too
        (50, 40, [("usage", "overdraft", 20), ("overdraft", "usage", 40)], 70),
    ],
)
def test_unsettled_overdraft_is_reduced(owed, amount, moves, still_owed):
    change, then = corrected(book(overdraft=owed), booked(("overdraft", 20)), amount)
    assert entries(change) == moves
    assert then.overdraft == still_owed


def test_settled_overdraft_is_refunded_to_the_lot_that_settled_it():
    # 20 were overdrawn; B was bought then and paid them
    change, then = corrected(book(lot("B", 80, original=100)), booked(("overdraft", 20)), 0)
    assert entries(change) == [("usage", "B", 20)]
    assert (left(then), then.overdraft) == ({"B": 100}, 0)


def test_partly_settled_overdraft_is_partly_reduced_and_partly_refunded():
    change, then = corrected(book(lot("B", 0, original=12), overdraft=8), booked(("overdraft", 20)), 0)
    assert entries(change)[0] == ("usage", "overdraft", 8)
    assert then.overdraft == 0
    assert sum(left(then).values()) == 12


def test_the_last_lot_in_the_order_of_consumption_is_filled_first():
    lots = (
        lot("A", 40, original=50),
        lot("C", 45, original=50, expires=NOON + 400 * DAY),
        lot("B", 47, original=50, expires=NOON + 380 * DAY),
        lot("old", 1, original=50, expires=TOMORROW, priority=90),  # expired at this instant: it gets no refund
    )
    change, _ = corrected(book(*lots), booked(("overdraft", 10)), 0)
    assert entries(change) == [("usage", "C", 5), ("usage", "B", 3), ("usage", "A", 2)]


def test_a_refund_that_fits_into_no_lot_becomes_a_new_lot_for_a_year():
    change, then = corrected(book(lot("B", 100)), booked(("overdraft", 20)), 0)
    [spare] = change.opened
    assert left(then) == {"B": 100, spare.id: 20}
    assert (spare.source, spare.original, spare.expires_at) == (LotSource.CORRECTION, 20, TOMORROW + 365 * DAY)
    assert (spare.payment, spare.reference) == ("", "")  # nobody paid for it, so nothing is refunded


def test_a_refund_fills_existing_lots_and_the_rest_becomes_a_new_lot():
    change, then = corrected(book(lot("B", 95, original=100)), booked(("overdraft", 20)), 0)
    [spare] = change.opened
    assert (spare.original, left(then)) == (15, {"B": 100, spare.id: 15})


@pytest.mark.parametrize(
    ("now", "kept"),
    [(GRACE_OVER - INSTANT, 30), (GRACE_OVER, None)],
)
def test_a_refund_to_a_lapsed_lot_lapses_at_once(now, kept):
    gone = lot("A", 0, original=100, expired=70 if now >= GRACE_OVER else 0)
    change, then = corrected(book(closed=[gone]), booked(("A", 30)), 0, now=now)
    assert left(then).get("A") == kept
    assert (("A", "breakage", 30) in entries(change)) is (kept is None)


def test_a_lapsed_lot_pays_for_its_corrected_call_and_only_the_rest_lapses():
    gone = lot("A", 0, original=100, expired=70)
    change, then = corrected(book(closed=[gone]), booked(("A", 30)), 10, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 30), ("A", "usage", 10), ("A", "breakage", 20)]
    assert (left(then), then.overdraft) == ({}, 0)


def test_a_refund_after_an_earlier_correction_does_not_exceed_the_lots_original():
    """Two calls of 60 on a lot of 100, the second overdrawn by 20; a grant of 20 pays that. The first is corrected to
    30, the second to 0: its 20 find room in the lot. Then the first is corrected to 0 as well.
    """
    one = book(lot("A", 0, original=100))
    _, two = corrected(one, booked(("A", 60)), 30)
    _, three = corrected(two, booked(("A", 40), ("overdraft", 20)), 0)
    assert left(three) == {"A": 90}
    change, four = corrected(three, booked(("A", 30)), 0)
    [spare] = change.opened
    assert left(four) == {"A": 100, spare.id: 20}


def test_a_correction_contains_its_call():
    call = charge(5, name="call 7")
    change = correct(book(), (), call, GRACE, now=NOON)
    assert isinstance(change, Change)
    [movement] = change.movements
    assert (movement.event, movement.started_at) == (call.event, NOON)


def test_repeated_corrections_lead_to_the_last_content():
    then, old = book(lot("A", 70, original=100), lot("B", 50)), booked(("A", 30))
    for amount in (130, 10, 0, 45):
        change, then = corrected(then, old, amount)
        old = change.movements[0].entries
    assert (sum(left(then).values()), then.overdraft) == (150 - 45, 0)
    change, _ = corrected(then, old, 45)
    assert apply(then, change) == then


def test_a_lapsed_lot_gets_back_at_most_what_was_consumed_from_it():
    gone = lot("A", 0, original=100, expired=90)
    change, then = corrected(book(closed=[gone]), booked(("A", 30)), 0, now=GRACE_OVER)
    [spare] = change.opened
    assert (left(then), then.closed["A"].expired) == ({spare.id: 20}, 100)


def crowded(*more):
    """More lots than an account may have, as an earlier release let it have."""
    return book(*more, *(lot(f"L{number:02d}", 1) for number in range(OPEN_LOTS_MAX + 5)))


def test_a_correction_that_reopens_nothing_is_made_however_many_lots_there_are():
    _, then = corrected(crowded(lot("A", 70, original=100)), booked(("A", 30)), 20)
    assert then.lots["A"].remaining == 80


def test_a_correction_spends_no_more_lots_than_a_commit_can_close():
    change, _ = corrected(crowded(), booked(("overdraft", 1)), OPEN_LOTS_MAX + 5)
    spent = [source for source, target, _ in entries(change) if source.startswith("L") and target == "usage"]
    assert len(spent) <= OPEN_LOTS_MAX


@pytest.mark.parametrize(
    "before",
    [book(closed=[lot("A", 0, original=100, expired=70)]), book(lot("A", 10, original=100, pinned=10, expired=60))],
    ids=["closed", "pinned"],
)
def test_of_a_lapsed_lot_that_pays_all_of_the_new_charge_nothing_lapses_again(before):
    change, _ = corrected(before, booked(("A", 30)), 30, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 30), ("A", "usage", 30)]
