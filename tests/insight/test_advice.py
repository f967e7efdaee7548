"""Advice: each case is one in which figures that ignored something would be wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.insight.advice import Period, Terms, advise, rounded_up
from shared.insight.demand import use_again
from shared.insight.draws import Draw, largest_held, largest_within
from shared.ledger.entitlements import BillingState
from shared.plans.sizes import CATALOGUE_SIZES
from tests.insight.habits import DAY, NOW, uses
from tests.insight.test_forecast import POOL, SUBSCRIBED, TENANT, book
from tests.simulated_tenants.booking import RULES, USD, VISA, recharging

SINCE = NOW - 56 * DAY
TERMS = Terms(RULES, 50 * USD, 10_000 * USD)


def advice(of, past, terms=TERMS, days=56):
    calls = [use_again(use, CATALOGUE_SIZES) for use in past]
    return advise(of, calls, Period(NOW - days * DAY, NOW), terms)


def codes(found):
    return [note.code for note in found.notes]


def test_the_trigger_covers_three_days_and_the_amount_a_week():
    found = advice(book(0), uses(20))
    assert (found.trigger, found.amount) == (96 * USD, 140 * USD)
    assert (found.enough_data, found.need_none) == (True, False)
    assert (found.back_test.recharges, found.back_test.at_zero, found.back_test.expired) == (8, timedelta(), 0)


def test_a_burst_raises_the_trigger_but_not_the_amount():
    burst = [replace(use, started_at=NOW - 3.5 * DAY) for use in uses(20)[:10]]
    found = advice(book(0), [*uses(20)[10:], *burst])
    assert found.amount == 140 * USD
    assert found.trigger == 320 * USD


def test_the_amount_is_never_below_the_smallest_purchase():
    assert advice(book(0), uses(0.1)).amount == 50 * USD


def test_what_a_pool_pays_needs_no_credit():
    calls = uses(5, pool=POOL, minutes=50)
    assert codes(advice(book(0, tenant=SUBSCRIBED), calls)) == ["included_minutes"]
    assert advice(book(0, tenant=SUBSCRIBED), calls).need_none
    assert not advice(book(0, tenant=TENANT), calls).need_none


def test_only_what_is_beyond_the_pool_counts():
    """150 minutes a day: 3,000 a month are free, so that a day in three is charged."""
    calls = uses(15, pool=POOL, minutes=150)
    with_plan, without = advice(book(0, tenant=SUBSCRIBED), calls), advice(book(0), calls)
    assert with_plan.amount is not None
    assert without.amount is not None
    assert with_plan.amount < without.amount


def test_where_telephony_asks_before_calls_the_trigger_also_covers_what_they_set_aside():
    asks = replace(TERMS, margin=timedelta(minutes=2))
    found, unasked = advice(book(0), uses(20), asks), advice(book(0), uses(20))
    assert found.trigger is not None
    assert unasked.trigger is not None
    assert found.trigger - unasked.trigger == 20 * USD


def test_a_cap_below_a_month_of_calls_is_named_and_counts_in_the_back_test():
    capped = advice(book(0, recharging(10 * USD, 50 * USD, cap=300 * USD)), uses(20))
    assert codes(capped) == ["cap_too_low"]
    assert capped.back_test.at_zero > 5 * DAY


def test_a_card_that_expires_is_named_and_counts_in_the_back_test():
    ended = replace(VISA, expiry_year=2026, expiry_month=1)
    found = advice(book(0, recharging(10 * USD, 50 * USD, card=ended)), uses(20))
    assert codes(found) == ["card_expires"]
    assert found.back_test.at_zero > 5 * DAY


def test_credit_that_would_lapse_is_named():
    assert codes(advice(book(0), uses(0.1))) == ["expires_unused"]


def test_credit_that_expires_before_it_is_needed_does_not_make_auto_recharge_needless():
    assert codes(advice(book(5_000), uses(5))) == ["credit_suffices"]
    assert not advice(book(5_000, expires=NOW + 30 * DAY), uses(5)).need_none


def test_without_charged_calls_nothing_is_needed():
    found = advice(book(0), [])
    assert (found.need_none, codes(found)) == (True, ["no_charged_calls"])


def test_where_usage_is_billed_after_use_nothing_is_needed():
    of = book(0)
    of = replace(of, entitlements=replace(of.entitlements, billing=BillingState.ACCRUING))
    assert codes(advice(of, uses(5))) == ["post_usage"]


def test_less_than_four_weeks_are_not_enough():
    assert not advice(book(0), uses(20, days=20), days=20).enough_data
    begun = advice(book(0), [], days=2)
    assert (begun.enough_data, begun.trigger, begun.amount) == (False, 10 * USD, 50 * USD)


@pytest.mark.parametrize(
    ("micros", "currency", "rounded"),
    [
        (36_210_000, "USD", 37_000_000),
        (1_240_000_000, "USD", 1_300_000_000),
        (500_000, "USD", 500_000),
        (0, "USD", 0),
        (7_512_000_000, "JPY", 7_600_000_000),
    ],
)
def test_amounts_are_rounded_up_to_what_people_can_read(micros, currency, rounded):
    assert rounded_up(micros, currency) == rounded


def test_the_most_within_a_time_and_the_most_at_the_same_time():
    hours = (0, 1, 2, 80)
    draws = [Draw(SINCE + timedelta(hours=hour), SINCE + timedelta(hours=hour + 1.5), 10) for hour in hours]
    assert largest_within(draws, 3 * DAY) == 30
    assert largest_within(draws, timedelta(hours=2)) == 20
    assert largest_held(draws) == 20
