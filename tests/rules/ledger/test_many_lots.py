"""With any number of lots, a decision changes only as many as fit into a commit; the rest follows later."""

from shared.kernel.ids import LotId
from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, LotSource, Refused
from shared.ledger.change import Change, Movement, MovementKind, lots_of
from shared.ledger.debit import debit
from shared.ledger.expire import LAPSES_MAX, lapse
from shared.ledger.reverse import correct
from shared.ledger.settle import is_unsettled, settle_overdraft
from tests.rules.books import DAY, GRACE, NOON, book, booked, charge, lot

MANY = 100


def crowd(count=MANY, **facts):
    return [lot(f"L{number:03}", 1, **facts) for number in range(count)]


def settle_on(before):
    """The settlement that the next commit adds to its decision."""
    entries = settle_overdraft(before, now=NOON, touched=())
    return apply(before, Change(movements=(Movement(MovementKind.DEBIT, entries),)))


def test_a_call_that_spends_a_hundred_lots_is_booked_in_full_and_paid_in_portions():
    before = book(*crowd())
    change = debit(before, charge(90))
    assert len(lots_of(change.movements)) == OPEN_LOTS_MAX
    after = apply(before, change)
    assert (after.overdraft, len(after.lots)) == (50, 60)
    portions = []
    while is_unsettled(after, now=NOON):
        after = settle_on(after)
        portions.append((after.overdraft, len(after.lots)))
    assert portions == [(10, 20), (0, 10)]


def test_a_call_that_fits_into_a_commit_leaves_nothing_to_settle():
    after = apply(before := book(*crowd(OPEN_LOTS_MAX)), debit(before, charge(OPEN_LOTS_MAX)))
    assert (after.overdraft, after.lots) == (0, {})


def test_nothing_is_settled_at_the_limit_of_changed_lots():
    touched = [LotId(f"T{number}") for number in range(OPEN_LOTS_MAX)]
    owing = book(lot(), overdraft=10)
    assert settle_overdraft(owing, now=NOON, touched=touched) == ()
    assert len(settle_overdraft(owing, now=NOON, touched=touched[1:])) == 1
    assert len(settle_overdraft(owing, now=NOON, touched=[*touched[1:], LotId("A")])) == 1  # already changed


def test_lots_lapse_in_portions_the_longest_expired_first():
    before = book(*(lot(f"L{number:03}", 1, expires=NOON - number * DAY) for number in range(MANY)))
    now = NOON + GRACE
    change = lapse(before, GRACE, now=now)
    assert lots_of(change.movements) == {f"L{number:03}" for number in range(MANY - LAPSES_MAX, MANY)}
    after, times = apply(before, change), 1
    while after.lots:
        after, times = apply(after, lapse(after, GRACE, now=now)), times + 1
    assert times == MANY // LAPSES_MAX


def test_a_correction_that_would_reopen_one_lot_too_many_is_refused():
    spent = lot("spent", 0, original=10)
    full = book(*crowd(OPEN_LOTS_MAX), closed=[spent])
    refusal = correct(full, booked(("spent", 10)), charge(0), GRACE, now=NOON)
    assert isinstance(refusal, Refused)
    assert refusal.code == "too_many_lots"
    assert "reopen" in refusal.detail
    room = book(*crowd(OPEN_LOTS_MAX - 1), closed=[spent])
    assert isinstance(correct(room, booked(("spent", 10)), charge(0), GRACE, now=NOON), Change)


def test_a_correction_that_reopens_no_lot_is_allowed_with_any_number_of_lots():
    many = book(*crowd(OPEN_LOTS_MAX + 5))
    change = correct(many, (), charge(1), GRACE, now=NOON)
    assert not isinstance(change, Refused)


def test_a_new_lot_of_a_correction_counts_towards_the_limit():
    full = book(*crowd(OPEN_LOTS_MAX))
    refusal = correct(full, booked(("overdraft", 10)), charge(0), GRACE, now=NOON)
    assert isinstance(refusal, Refused)
    change = correct(book(*crowd(3)), booked(("overdraft", 10)), charge(0), GRACE, now=NOON)
    assert isinstance(change, Change)
    [opened] = change.opened
    assert opened.source is LotSource.CORRECTION


def test_a_correction_that_opens_no_lot_is_allowed_above_the_limit():
    crowded = book(*crowd(), lot("big", 90, original=100))
    assert isinstance(correct(crowded, booked(("big", 10)), charge(3), GRACE, now=NOON), Change)
