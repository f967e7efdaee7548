"""The forecast: each case is one in which a forecast that ignored something would be wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.insight.habit import habit_of
from shared.insight.tomorrow import Callers, Verdict, will_calls_work
from shared.ledger.apply import apply
from shared.ledger.brake import Cause
from shared.ledger.hold import HeldRate, Hold
from shared.ledger.pin import pin
from shared.ledger.settings import Settings
from shared.ledger.told import Told
from shared.plans.plan import PoolKind
from shared.plans.pool import PoolId
from tests.insight.habits import DAY, NOW, forecast_of, habit, uses
from tests.simulated_tenants.booking import USD, VISA, book_of, lot, recharging
from tests.simulated_tenants.tenant import PLAN, simulated_tenant

TENANT = replace(simulated_tenant(1), licences=0)
SUBSCRIBED = replace(TENANT, licences=1)
EVERYBODY = Callers(3, 0)


def book(dollars, settings=None, *, expires=NOW + 365 * DAY, tenant=TENANT, name="A"):
    return book_of(tenant, NOW, [lot(name, dollars * USD, NOW, expires)] if dollars else [], settings)


def verdict(of, calls, callers=EVERYBODY):
    found = will_calls_work(of, forecast_of(of, calls), calls, callers)
    return found.verdict, [reason.code for reason in found.reasons]


def test_credit_runs_out_when_the_habit_has_used_it_up():
    found = forecast_of(book(100), habit(5))
    assert found.depleted_at is not None
    assert (found.depleted_at - NOW) / DAY == pytest.approx(20, abs=1)
    assert found.per_day.likely / USD == pytest.approx(5, rel=0.05)
    earliest, latest = found.depleted_between
    assert earliest is not None
    assert latest is not None
    assert earliest < found.depleted_at < latest


def test_the_range_of_a_steady_account_is_narrower_than_that_of_an_unsteady_one():
    steady = forecast_of(book(100), habit(5)).per_day
    unsteady = forecast_of(book(100), habit_of(uses(10)[::2], NOW - 56 * DAY, NOW)).per_day
    assert unsteady.high - unsteady.low > 1.5 * (steady.high - steady.low)


def test_a_weekend_without_calls_is_expected_to_be_without_calls():
    working = [use for use in uses(7) if use.started_at.weekday() < 5]
    known = habit_of(working, NOW - 56 * DAY, NOW)
    assert known.by_weekday[5:] == (0, 0)
    assert known.mean / USD == pytest.approx(5)


def test_an_account_without_calls_uses_nothing_and_loses_what_expires():
    found = forecast_of(book(100), habit(0))
    assert (found.per_day.likely, found.next_recharge_at) == (0, None)
    assert [(loss.lot.id, loss.amount) for loss in found.losses] == [("A", 100 * USD)]


def test_a_lot_that_expires_soon_is_lost_although_the_balance_would_last():
    """The balance of 100 lasts for 20 days; but half of it expires in three."""
    of = book_of(TENANT, NOW, [lot("A", 50 * USD, NOW, NOW + 3 * DAY), lot("B", 50 * USD, NOW, NOW + 365 * DAY)])
    found = forecast_of(of, habit(5))
    assert [loss.lot.id for loss in found.losses] == ["A"]
    assert found.losses[0].amount / USD == pytest.approx(35, abs=5)
    assert found.depleted_at is not None
    assert (found.depleted_at - NOW) / DAY == pytest.approx(13, abs=1.5)


def test_the_cap_stops_recharges_although_auto_recharge_is_on():
    free = forecast_of(book(20, recharging(10 * USD, 50 * USD)), habit(5))
    capped = forecast_of(book(20, recharging(10 * USD, 50 * USD, cap=50 * USD)), habit(5))
    assert free.depleted_at is None
    assert capped.depleted_at is not None
    assert (capped.depleted_at - NOW) / DAY == pytest.approx(14, abs=1)


def test_no_recharge_comes_once_the_last_card_has_expired():
    of = book(20, recharging(10 * USD, 50 * USD, card=replace(VISA, expiry_year=2026, expiry_month=3)))
    found = forecast_of(of, habit(5))
    assert found.next_recharge_at is not None
    assert found.depleted_at is not None
    assert (found.depleted_at - NOW) / DAY == pytest.approx(36, abs=6)
    assert verdict(of, habit(5)) == ("yes", ["card_expires"])


def test_a_recharge_begins_when_the_trigger_is_reached():
    found = forecast_of(book(30, recharging(10 * USD, 50 * USD)), habit(5))
    assert found.next_recharge_at is not None
    assert (found.next_recharge_at - NOW) / DAY == pytest.approx(4, abs=1)


def held(of, dollars):
    """*of* with calls in progress that have set *dollars* aside."""
    rate = HeldRate(USD, 0, 60, 60)
    amount = dollars * USD
    hold = Hold("h", "leg", "international", "", NOW, NOW + timedelta(minutes=9), 60 * dollars, amount, rate)
    return apply(of, pin(of, hold, now=NOW))


def test_what_calls_in_progress_have_set_aside_will_be_used():
    of = held(book(100), 90)
    assert verdict(of, habit(15)) == ("no", ["runs_out", "auto_recharge_off"])
    assert verdict(book(100), habit(15)) == ("yes", ["auto_recharge_off"])


def test_calls_fail_while_calls_in_progress_have_set_everything_aside():
    assert verdict(held(book(20), 20), habit(1)) == ("no", ["all_held", "auto_recharge_off"])


POOL = PoolId(PLAN, PoolKind.DOMESTIC, "US", "", "")


def test_what_the_pool_pays_takes_no_credit():
    """3,000 minutes a month are included, and 50 a day are used: 1,500."""
    calls = habit(5, pool=POOL, minutes=50)
    with_plan, without = book(30, tenant=SUBSCRIBED), book(30)
    assert forecast_of(with_plan, calls).per_day.likely == 0
    assert forecast_of(without, calls).depleted_at is not None
    assert verdict(book(0, tenant=SUBSCRIBED), calls) == ("yes", ["included_minutes", "auto_recharge_off"])


def test_beyond_the_pool_credit_is_used_until_the_month_ends():
    """150 minutes a day: the pool of 3,000 is used up after 20 days, and is full again on the first of April."""
    found = forecast_of(book(100, tenant=SUBSCRIBED), habit(15, pool=POOL, minutes=150))
    before, after = found.fan[17].spendable.likely, found.fan[27].spendable.likely
    assert before == 100 * USD
    assert after / USD == pytest.approx(100 - 15 * 7, abs=15) or after == 0


def test_users_without_a_licence_will_not_spend_credit():
    refused = habit(5, is_refused=True)
    assert forecast_of(book(30), refused).depleted_at == NOW + 365 * DAY
    assert verdict(book(30), refused, Callers(3, 3))[0] is Verdict.NO
    assert verdict(book(90), habit(1), Callers(3, 1)) == ("atRisk", ["not_licensed"])


@pytest.mark.parametrize(
    ("dollars", "settings", "daily", "expected"),
    [
        (100, None, 1, ("yes", [])),
        (0, None, 1, ("no", ["balance_zero", "auto_recharge_off"])),
        (0, recharging(0, 50 * USD), 1, ("atRisk", ["recharge_under_way"])),
        (0, replace(recharging(0, 50 * USD), cards=()), 1, ("no", ["balance_zero", "no_card"])),
        (100, Settings(), 80, ("no", ["runs_out", "auto_recharge_off"])),
        (100, Settings(), 48, ("atRisk", ["may_run_out", "auto_recharge_off"])),
        (100, recharging(50 * USD, 100 * USD), 80, ("yes", [])),
    ],
)
def test_will_calls_work_tomorrow(dollars, settings, daily, expected):
    assert verdict(book(dollars, settings), habit(daily)) == expected


ANN, SOMALIA, EVERYTHING = Cause(9 * USD, USD, user="ann"), Cause(9 * USD, USD, prefix="252"), Cause(9 * USD, USD)


@pytest.mark.parametrize(
    ("causes", "expected", "named"),
    [
        ([ANN], "atRisk", "the calls of one user or destination"),
        ([ANN, SOMALIA], "atRisk", "the calls of 2 users and destinations"),
        ([ANN, EVERYTHING], "no", "all calls that cost money"),
    ],
)
def test_calls_that_the_fraud_brake_refuses_will_not_work(causes, expected, named):
    of = book(100)
    braked = replace(of, brake=replace(of.brake, why=tuple(causes)))
    assert verdict(braked, habit(1)) == (expected, ["fraud_brake"])
    [reason] = will_calls_work(braked, forecast_of(braked, habit(1)), habit(1), EVERYBODY).reasons
    assert reason.detail == f"the fraud brake refuses {named} until it is released"


def test_little_history_is_said():
    known = habit(1, days=5)
    assert verdict(book(100), known) == ("yes", ["little_history"])
    [reason] = will_calls_work(book(100), forecast_of(book(100), known), known, EVERYBODY).reasons
    assert reason.detail == "the calls of 5 of the 14 days that a forecast needs are known"


def test_before_the_first_whole_day_the_last_24_hours_count():
    begun = NOW + timedelta(hours=9)
    calls = [replace(use, started_at=begun - timedelta(hours=1)) for use in uses(3, days=1)]
    assert habit_of(calls, begun - timedelta(hours=1), begun).mean == 3 * USD


def test_reminders_that_nobody_sends_in_a_replay_do_not_hold_it_up():
    of = replace(book(100, recharging(10 * USD, 50 * USD)), told=Told(review_at=NOW + 3 * DAY))
    assert forecast_of(of, habit(1)).depleted_at is None


def test_a_hold_on_a_pool_that_was_not_read_ends_in_time():
    hold = Hold("h", "leg", "domestic", "", NOW, NOW + DAY, 600, 0, HeldRate(USD, 0, 60, 60), (), POOL.key, "", 600)
    found = forecast_of(replace(book(100), holds={"h": hold}), habit(1))
    assert found.depleted_at is not None
