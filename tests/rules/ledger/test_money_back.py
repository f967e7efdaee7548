"""Refunds and chargebacks (R6): what leaves a lot, what becomes overdraft, and what returns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kernel.ids import LotId
from shared.ledger import chargeback, refunding
from shared.ledger.apply import apply
from shared.ledger.balance import balance, held, spendable
from shared.ledger.book import Funding, Refused
from shared.ledger.change import CARD, DISPUTE, USAGE, Change
from shared.ledger.chargeback import DisputeNow
from shared.ledger.claim import ClaimState
from shared.ledger.debit import debit
from shared.ledger.pause import NOT_PAUSED, PauseReason
from shared.ledger.refund import RefundState
from shared.ledger.settle import repay, settle_overdraft
from tests.rules.books import DAY, GRACE, GRACE_OVER, NOON, book, charge, entries, lot, settled, the

A = LotId("A")
UNIT = 1_000_000
CENT = 10_000


def disputed(name="dp", withdrawn=0, state=ClaimState.OPEN):
    return DisputeNow(name, state, withdrawn)


def follow(before, dispute, *, now=NOON):
    change = chargeback.follow(before, before.lot(A), dispute, GRACE, now=now)
    after = apply(before, change)
    return change, apply(after, repay(after))


def begin(before, amount=None, *, now=NOON):
    return refunding.begin(before, before.lot(A), amount, "refund", now=now)


def refunding_lot(before, amount=None):
    after = apply(before, begin(before, amount))
    return after, next(iter(after.refunds.values()))


def test_a_refund_sets_its_part_aside_and_holds_are_apart():
    after, refund = refunding_lot(book(lot(remaining=10 * UNIT, pinned=UNIT)))
    assert (refund.amount, refund.state) == (9 * UNIT, RefundState.PENDING)
    assert (balance(after, NOON), spendable(after, NOON), held(after)) == (10 * UNIT, 0, UNIT)


@pytest.mark.parametrize(
    ("amount", "wanted"), [(None, 3 * CENT), (CENT, CENT), (3 * CENT, 3 * CENT), (4 * CENT, "lot_spent")]
)
def test_a_refund_is_whole_minor_units_of_what_is_unspent(amount, wanted):
    outcome = begin(book(lot(remaining=3 * CENT + 9_999, original=UNIT)), amount)
    assert (outcome.code if isinstance(outcome, Refused) else outcome.refunds[0].amount) == wanted


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        (book(closed=[lot(remaining=0, original=UNIT)]), NOON, "lot_spent"),
        (book(lot(remaining=CENT - 1, original=UNIT)), NOON, "lot_spent"),
        (book(lot(remaining=UNIT, funding=Funding.PROMOTIONAL)), NOON, "not_refundable"),
        (book(replace(lot(remaining=UNIT), payment="")), NOON, "not_refundable"),
        (book(lot(remaining=UNIT)), NOON + 365 * DAY, "not_refundable"),
        (follow(book(lot(remaining=UNIT)), disputed())[1], NOON, "not_refundable"),
        (book(), NOON, "not_found"),
    ],
)
def test_what_cannot_be_refunded_is_refused(before, now, code):
    assert begin(before, now=now).code == code


def test_a_refund_that_succeeded_ends_the_lot_as_refunded():
    before, refund = refunding_lot(book(lot(remaining=UNIT)))
    after = apply(before, refunding.succeed(refund, "re_1", now=NOON))
    gone = after.closed[A]
    assert (gone.refunded, gone.refunding, gone.consumed, gone.ends_refunded) == (UNIT, 0, 0, True)
    assert (after.refunds[refund.id].state, after.refunds[refund.id].provider_id) == (RefundState.SUCCEEDED, "re_1")


def test_a_lot_of_which_a_part_was_refunded_and_the_rest_spent_does_not_end_as_refunded():
    before, refund = refunding_lot(book(lot(remaining=UNIT)), CENT)
    after = apply(before, refunding.succeed(refund, "re_1", now=NOON))
    after = apply(after, debit(after, charge(UNIT - CENT)))
    assert (after.closed[A].ends_refunded, after.closed[A].consumed) == (False, UNIT - CENT)


def test_a_call_cannot_spend_what_is_being_refunded():
    before, _ = refunding_lot(book(lot(remaining=UNIT)))
    assert entries(debit(before, charge(5))) == [("overdraft", USAGE, 5)]


def test_a_refused_refund_is_free_again_and_lapses_with_its_lot():
    before, refund = refunding_lot(book(lot(remaining=UNIT)))
    unpinned = refunding.fail(before, refund, before.lot(A), "no", GRACE, now=NOON)
    assert entries(unpinned) == []
    assert spendable(apply(before, unpinned), NOON) == UNIT
    lapsed = refunding.fail(before, refund, before.lot(A), "no", GRACE, now=GRACE_OVER)
    assert entries(lapsed) == [("A", "breakage", UNIT)]


@pytest.mark.parametrize(
    ("now", "moves"),
    [(NOON, [(CARD, "A", UNIT)]), (GRACE_OVER, [(CARD, "A", UNIT), ("A", "breakage", UNIT)])],
)
def test_a_refund_that_fails_later_is_given_back(now, moves):
    before, refund = refunding_lot(book(lot(remaining=UNIT)))
    before = apply(before, refunding.succeed(refund, "re_1", now=NOON))
    refunded = before.lot(A)
    assert refunded is not None
    change = refunding.fail(before, before.refunds[refund.id], refunded, "lost", GRACE, now=now)
    assert entries(change) == moves
    returned = apply(before, change).lot(A)
    assert returned is not None
    assert returned.refunded == 0


def test_a_refund_made_at_the_provider_turns_what_was_spent_into_overdraft_and_back():
    before = book(lot(remaining=30, original=100, pinned=10))
    change = refunding.made_elsewhere(before, before.lots[A], "re_9", 100, NOON, now=NOON)
    after = apply(before, change)
    assert entries(change) == [("A", CARD, 20), ("overdraft", "A", 70), ("A", CARD, 70), ("overdraft", CARD, 10)]
    assert (after.overdraft, after.lots[A].consumed, after.lots[A].remaining) == (80, 0, 10)
    (refund,) = after.refunds.values()
    again = apply(after, refunding.fail(after, refund, after.lots[A], "lost", GRACE, now=NOON))
    assert (again.overdraft, again.lots[A].remaining, again.lots[A].refunded) == (0, 30, 0)


def test_an_open_dispute_freezes_the_lot_and_changes_no_balance():
    change, after = follow(book(lot(remaining=100)), disputed())
    assert (entries(change), balance(after, NOON), spendable(after, NOON)) == ([], 100, 0)
    assert entries(debit(after, charge(5))) == [("overdraft", USAGE, 5)]


def test_an_inquiry_changes_nothing():
    before = book(lot(remaining=100))
    change, after = follow(before, DisputeNow("dp", None, 0))
    assert (change, after) == (Change(), before)


def test_a_chargeback_takes_the_free_part_then_what_was_consumed_then_what_had_lapsed():
    before = book(lot(remaining=20, original=100, expired=30))
    change, after = follow(before, disputed(withdrawn=100))
    assert entries(change) == [
        ("A", DISPUTE, 20),
        ("overdraft", "A", 50),
        ("A", DISPUTE, 50),
        ("breakage", "A", 30),
        ("A", DISPUTE, 30),
    ]
    gone = after.closed[A]
    assert (gone.clawed_back, gone.consumed, gone.expired, after.overdraft) == (100, 0, 0, 50)
    assert follow(after, disputed(withdrawn=100))[0] == Change()


def test_a_won_dispute_returns_everything_even_to_a_closed_lot():
    _, after = follow(book(lot(remaining=20, original=100, expired=30)), disputed(withdrawn=100))
    change, won = follow(after, disputed(withdrawn=0, state=ClaimState.WON))
    assert entries(change) == [(DISPUTE, "A", 100), ("A", "overdraft", 50)]
    assert (won.overdraft, won.lots[A].remaining, won.lots[A].consumed) == (0, 50, 50)
    assert not won.lots[A].is_disputed


def test_a_dispute_that_is_won_after_the_lapse_settles_its_overdraft_and_lapses():
    _, after = follow(book(lot(remaining=20, original=100)), disputed(withdrawn=100))
    change, won = follow(after, disputed(state=ClaimState.WON), now=GRACE_OVER)
    assert entries(change) == [(DISPUTE, "A", 100), ("A", "overdraft", 80), ("A", "breakage", 20)]
    assert (won.closed[A].expired, won.closed[A].consumed, won.overdraft) == (20, 80, 0)


def test_a_pinned_part_becomes_overdraft_which_its_leftover_pays_later():
    _, after = follow(book(lot(remaining=30, original=30, pinned=30)), disputed(withdrawn=30))
    assert (after.overdraft, after.lots[A].remaining, after.lots[A].shortfall) == (30, 30, 30)
    freed = replace(after, lots={A: replace(after.lots[A], pinned=20)})
    assert entries(repay(freed)) == [("A", DISPUTE, 10), (DISPUTE, "overdraft", 10)]
    assert apply(freed, repay(freed)).lots[A].shortfall == 20


def test_an_older_state_does_not_undo_a_final_one():
    _, after = follow(book(lot(remaining=100)), disputed(withdrawn=0, state=ClaimState.WON))
    change, _ = follow(after, disputed(withdrawn=0))
    assert change == Change()


def test_a_dispute_pauses_auto_recharge_until_it_is_won():
    _, one = follow(book(lot(remaining=100)), disputed("one", 60))
    assert (one.pause.reason, one.pause.causes) == (PauseReason.DISPUTE, ("one",))
    _, two = follow(one, disputed("two", 40))
    _, two = follow(two, disputed("one", 0, ClaimState.WON))
    assert two.pause.causes == ("two",)
    _, none = follow(two, disputed("two", 0, ClaimState.WON))
    assert none.pause == NOT_PAUSED


def test_a_lost_dispute_stays_disputed_and_paused():
    _, after = follow(book(lot(remaining=100)), disputed(withdrawn=40, state=ClaimState.LOST))
    assert (after.lots[A].remaining, after.lots[A].is_disputed, spendable(after, NOON)) == (60, True, 0)
    assert after.pause.reason is PauseReason.DISPUTE


def test_a_fraud_warning_pauses_once():
    before = book(lot(remaining=100))
    warned = apply(before, chargeback.warn(before, before.lots[A], now=NOON))
    assert warned.pause.reason is PauseReason.DISPUTE
    assert spendable(warned, NOON) == 100
    assert chargeback.warn(warned, warned.lots[A], now=NOON) == Change()


STEPS = some.lists(
    some.tuples(
        some.sampled_from(["withdraw", "win", "debit", "refund", "elsewhere", "fail", "pin"]),
        some.integers(min_value=0, max_value=100),
        some.sampled_from(["dp1", "dp2"]),
    ),
    max_size=12,
)


@given(STEPS, some.booleans())
def test_every_unit_is_somewhere_and_banks_have_what_they_withdrew(steps, late):
    now = NOON + timedelta(days=400) if late else NOON
    state = book(lot(remaining=100 * CENT), lot("B", remaining=50 * CENT))
    for number, (what, size, name) in enumerate(steps, 1):
        state = settled(state, step(state, what, size * CENT, name, now), now=now)
        state = apply(state, repay(state))
        for each in (*state.lots.values(), *state.closed.values()):
            assert each.original == each.remaining + each.consumed + each.gone
            assert each.consumed >= 0
            assert each.free >= 0
        paid_back = sum(one.amount for one in state.refunds.values() if one.state is RefundState.SUCCEEDED)
        lots = [*state.lots.values(), *state.closed.values()]
        claimed = sum(claim.clawed_back for each in lots for claim in each.claims)
        held_back = sum(each.clawed_back for each in lots) + sum(each.shortfall for each in lots)
        assert held_back == claimed
        left = sum(each.remaining + each.expired for each in lots)
        spent = spent_by_calls(steps[:number])
        paid = (100 + 50) * CENT
        assert left + spent - state.overdraft == paid - claimed - paid_back
        assert not settle_overdraft(state, now=now, touched=())


def spent_by_calls(steps):
    return sum(size * CENT for what, size, _ in steps if what == "debit")


def step(state, what, size, name, now):
    found, number = the(state.lot(A)), len(state.refunds)
    if what in {"withdraw", "win"}:
        now_is = ClaimState.WON if what == "win" else ClaimState.OPEN
        dispute = DisputeNow(name, now_is, 0 if what == "win" else size // 2)
        return chargeback.follow(state, found, dispute, GRACE, now=now)
    match what:
        case "debit" if size:
            return debit(state, charge(size, name=str(number)))
        case "refund" | "pin" if size:
            begun = refunding.begin(state, found, size, str(number), now=now)
            return begun if isinstance(begun, Change) else Change()
        case "elsewhere" if size:
            return refunding.made_elsewhere(state, found, f"re {number}", (size + 1) // 2, now, now=now)
        case "fail":
            refund = next((one for one in state.refunds.values() if one.state is not RefundState.FAILED), None)
            return refunding.fail(state, refund, found, "no", GRACE, now=now) if refund else Change()
    return Change()
