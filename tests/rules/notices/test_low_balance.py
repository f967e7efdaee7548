"""R19: a level of the balance is told once, left with a margin, and told again only after that."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.apply import apply
from shared.ledger.change import NOTHING
from shared.ledger.entitlements import BillingState, Entitlements
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import Slot, SlotState
from shared.ledger.told import Told
from shared.notices.low_balance import WITHIN, WITHIN_MAX, kept_low, low_balance, next_low_balance
from shared.notices.thresholds import zero
from tests.rules.books import DAY, HOUR, NOON, book, card, lot

ON = AutoRecharge(enabled=True, trigger=10, amount=50, largest_charge=50)


def account(left, *levels, low=None, recent=(), **facts):
    lots = (lot(remaining=left),) if left else ()
    facts = {"zero_notified": False, **facts}
    told = Told(low=low, recent=recent)
    return book(*lots, settings=Settings(low_balance=levels), told=told, **facts)


def notices_of(change) -> list[Any]:
    return [message.body["notice"] for message in change.outbox]


def kinds(change):
    return [notice["kind"] for notice in notices_of(change)]


@pytest.mark.parametrize(
    ("left", "low", "told", "after"),
    [
        (101, None, [], None),
        (100, None, ["lowBalance"], 100),  # at the level
        (21, None, ["lowBalance"], 100),
        (20, None, ["lowBalance"], 20),  # through both: one e-mail, of the lower one
        (50, 100, [], 100),
        (110, 100, [], 100),  # not a tenth above it
        (111, 100, ["recovered"], None),
        (20, 100, ["lowBalance"], 20),
        (22, 20, [], 20),
        (23, 20, [], 100),  # the lower level is left, the upper one is not
        (110, 20, [], 100),
        (111, 20, ["recovered"], None),
    ],
)
def test_a_level_is_told_and_left(left, low, told, after):
    before = account(left, 20, 100, low=low)
    change = low_balance(before, now=NOON)
    assert kinds(change) == told
    assert apply(before, change).told.low == after


def test_the_notice_says_level_balance_and_what_auto_recharge_does():
    before = account(15, 20)
    [message] = low_balance(before, now=NOON).outbox
    assert message.body["notice"] == {
        "kind": "lowBalance",
        "at": "2026-03-01T12:00:00Z",
        "level": {"amount": "0.000020", "currency": "USD"},
        "balance": {"amount": "0.000015", "currency": "USD"},
        "autoRecharge": "off",
    }
    ready = replace(before, settings=replace(before.settings, auto_recharge=ON, cards=(card(),)))
    assert notices_of(low_balance(ready, now=NOON))[0]["autoRecharge"] == "ready"


def test_nothing_is_told_while_a_recharge_may_bring_credit_within_seconds():
    slot = Slot(SlotState.WANTED, 1, 50, since=NOON)
    assert low_balance(account(15, 20, slot=slot), now=NOON) == NOTHING
    assert kinds(low_balance(account(15, 20, slot=slot), now=NOON + 2 * HOUR)) == ["lowBalance"]


@pytest.mark.parametrize("billing", [BillingState.DRAINING, BillingState.ACCRUING])
def test_nothing_is_told_where_usage_is_billed_after_use(billing):
    facts = {"entitlements": Entitlements(billing=billing)}
    assert low_balance(account(15, 20, **facts), now=NOON) == NOTHING
    after = low_balance(account(15, 20, low=20, **facts), now=NOON)
    assert (after.told, after.outbox) == (Told(), ())


def test_an_account_that_never_had_credit_is_not_low():
    assert low_balance(account(0, 20, zero_notified=True), now=NOON) == NOTHING


def test_zero_is_told_instead_of_the_levels_and_counts_as_the_lowest():
    before = account(0, 20, 100)
    after = apply(before, zero(before, now=NOON))
    assert low_balance(after, now=NOON) == NOTHING
    assert after.told.low == 20


def test_a_level_is_told_twice_a_day_at_most_and_then_as_soon_as_possible():
    recent = ((20, NOON), (20, NOON + HOUR), (100, NOON + HOUR))
    before = account(15, 20, 100, recent=recent)
    again = NOON + DAY
    assert low_balance(before, now=NOON + 2 * HOUR) == NOTHING
    assert next_low_balance(before, now=NOON + 2 * HOUR) == again
    assert kinds(low_balance(before, now=again)) == ["lowBalance"]
    assert next_low_balance(account(200, 20, recent=recent), now=NOON) is None


def test_other_levels_keep_what_was_told_of_the_same_ones():
    assert kept_low(account(15, 20, 100, low=20), (20, 50)) == 20
    assert kept_low(account(15, 20, 100, low=20), (50, 100)) == 100
    assert kept_low(account(15, 20, low=20), (10,)) is None
    assert kept_low(account(15, 20), (20,)) is None


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 600)), max_size=60),
    st.sets(st.integers(1, 150), min_size=1, max_size=5),
)
def test_no_series_of_balances_causes_a_series_of_emails(moves, levels):
    """At most two e-mails of a level within a day; each `recovered` follows an e-mail about a level."""
    current, now, told = account(200, *sorted(levels)), NOON, []
    for left, minutes in moves:
        now += timedelta(minutes=minutes)
        lots = {"A": lot(remaining=left)} if left else {}
        current = replace(current, lots=lots)
        change = zero(current, now=now)
        current = apply(current, change)
        more = low_balance(current, now=now)
        current = apply(current, more)
        notices: list[Any] = [message.body["notice"] for message in (*change.outbox, *more.outbox)]
        told += [(notice["kind"], str(notice.get("level")), now) for notice in notices]
    for kind, level, at in told:
        same = [each for each in told if each[:2] == (kind, level) and at - WITHIN < each[2] <= at]
        assert kind != "lowBalance" or len(same) <= WITHIN_MAX
    states = [kind for kind, _, _ in told]
    for before, after in pairwise(states):
        assert not before == after == "recovered"
    assert not states or states[0] != "recovered"
