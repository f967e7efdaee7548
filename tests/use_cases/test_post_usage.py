"""The switch from prepaid credit to post-usage billing (R17)."""

import pytest

from shared.use_cases.entitlements import switch_to_post_usage
from shared.views import post_usage, settings
from tests.tenant import BOSTON, LONDON, Tenant, call, code_of, plain, report, subscription

START = "2026-03-01T12:00:00Z"
NEW = {"agreement": "newCommerce", "payAsYouGo": True}


@pytest.fixture
async def switching(world):
    tenant = Tenant(world)
    await world.publish()
    await tenant.open()
    yield tenant
    assert await world.audit() == []


async def switch(tenant, **body):
    return await tenant.request(switch_to_post_usage.switch_to_post_usage, body or None)


async def take_back(tenant):
    return await tenant.request(switch_to_post_usage.take_back_post_usage)


async def state(tenant):
    return (await tenant.request(post_usage.read_post_usage)).value


async def accrued(tenant, month="2026-03"):
    return (await tenant.request(post_usage.read_accrual, month=month)).value


async def test_without_such_a_subscription_the_switch_is_refused(switching):
    await switching.set_subscriptions(subscription("S-1"))
    assert await code_of(switch(switching)) == "not_eligible"
    assert await code_of(switch(switching, dryRun=True)) == "not_eligible"


async def test_a_dry_run_says_what_will_happen_and_changes_nothing(switching, world):
    await switching.store_card()
    await switching.set_auto_recharge()
    await world.drain()
    await switching.set_subscriptions(subscription("S-1", **NEW))
    before = await switching.amounts()
    tried = await switch(switching, dryRun=True)
    assert (tried.status, tried.value["state"]) == (200, "draining")
    assert {step["code"] for step in tried.value["steps"]} >= {"auto_recharge_off", "usage_accrues"}
    assert (await state(switching))["state"] == "prepaid"
    assert await switching.amounts() == before


async def test_the_switch_turns_auto_recharge_off_and_says_so(switching, world):
    await switching.store_card()
    await switching.set_auto_recharge(trigger={"amount": "5", "currency": "USD"})
    await world.drain()
    await switching.set_subscriptions(subscription("S-1", **NEW))
    done = await switch(switching)
    assert (done.status, done.value["state"]) == (202, "draining")
    shown = (await switching.request(settings.read_auto_recharge)).value
    assert (shown["enabled"], shown["reason"]) == (False, "post_usage")
    assert (await switch(switching)).status == 202  # repeated


async def test_the_call_that_crosses_zero_is_split_and_the_next_one_accrues(switching, world):
    await switching.grant("0.03")
    await switching.set_subscriptions(subscription("S-1", **NEW))
    assert (await state(switching))["state"] == "draining"  # by itself: auto-recharge is off
    await report(world, call("crosses", 120), call("after", 60))
    debit, accrual = (await switching.movements())[-2:]
    assert (debit["kind"], plain(debit["amount"]), plain(debit["accrued"])) == ("debit", "-0.04", "0.01")
    assert (accrual["kind"], plain(accrual["amount"]), plain(accrual["accrued"])) == ("accrual", "-0.02", "0.02")
    amounts = await switching.amounts()
    assert (amounts["balance"], amounts["overdraft"], amounts["accrued"]) == ("0", "0", "0.03")
    shown = await state(switching)
    assert (shown["state"], shown["accruesFrom"]) == ("accruing", START)
    month = await accrued(switching)
    assert plain(month["amount"]) == "0.03"
    (item,) = month["items"]
    assert (item["callKind"], item["destination"], item["calls"], item["seconds"], plain(item["amount"])) == (
        "international",
        "London",
        2,
        180,
        "0.03",
    )


async def test_overdraft_is_billed_after_use(switching, world):
    await report(world, call("unpaid", 60))
    await switching.set_subscriptions(subscription("S-1", **NEW))
    amounts = await switching.amounts()
    assert (amounts["overdraft"], amounts["accrued"]) == ("0", "0.02")
    assert plain((await accrued(switching))["amount"]) == "0.02"


async def test_funds_that_arrive_later_pay_first(switching, world):
    await switching.set_subscriptions(subscription("S-1", **NEW))
    await switching.grant("0.02")
    await report(world, call("paid", 60), call("accrues", 60))
    assert [movement["kind"] for movement in (await switching.movements())[-2:]] == ["debit", "accrual"]


async def test_the_switch_can_be_taken_back_while_credit_is_left(switching):
    await switching.grant("10")
    await switching.set_subscriptions(subscription("S-1", **NEW))
    back = await take_back(switching)
    assert (back.status, back.value["state"]) == (200, "prepaid")
    assert [step["code"] for step in back.value["steps"]] == ["stays_prepaid"]
    assert (await state(switching))["state"] == "prepaid"
    assert (await switch(switching)).value["state"] == "draining"


async def test_a_switch_that_was_taken_back_begins_again_once_auto_recharge_is_switched_off_once_more(switching):
    """Else an account without credit would stay there: it may not buy, and its calls do not accrue."""
    await switching.grant("10")
    await switching.set_subscriptions(subscription("S-1", **NEW))
    await take_back(switching)
    await switching.set_auto_recharge(enabled=False)
    assert (await state(switching))["state"] == "draining"
    await take_back(switching)
    await switching.set_subscriptions(subscription("S-1", **NEW), subscription("S-2", **NEW))
    assert (await state(switching))["state"] == "draining"


async def test_once_usage_accrues_it_cannot_be_taken_back(switching):
    await switching.set_subscriptions(subscription("S-1", **NEW))
    assert await code_of(take_back(switching)) == "post_usage"
    assert await code_of(switching.buy("50", paymentMethod="pm_card_visa")) == "post_usage"


async def test_calls_may_start_at_zero_and_holds_settle_as_they_were_given(switching, world):
    await switching.grant("0.10")
    given = await switching.authorise(wantedSeconds=300)
    await switching.set_subscriptions(subscription("S-1", **NEW))
    assert (await state(switching))["state"] == "draining"
    allowed = await switching.authorise("leg-2", wantedSeconds=600)
    assert (allowed["allowed"], allowed["maxSeconds"], allowed["finalUnit"]) == (True, 600, None)
    await report(world, call("a", 300, leg="leg-1", startedAt=START), call("b", 60, leg="leg-2", startedAt=START))
    assert given["maxSeconds"] == 300
    amounts = await switching.amounts()
    assert (amounts["balance"], amounts["held"], amounts["accrued"]) == ("0", "0", "0.02")
    assert (await state(switching))["state"] == "accruing"


async def test_without_pay_as_you_go_calls_stop_after_the_included_minutes(switching, world):
    await switching.set_subscriptions(subscription("S-1", licences=1, agreement="newCommerce"))
    denied = await switching.authorise(capability="MCOPSTN1", usageLocation="US")
    assert (denied["allowed"], denied["reason"]) == (False, "payg_off")
    included = await switching.authorise("leg-2", called=BOSTON, capability="MCOPSTN1", usageLocation="US")
    assert (included["allowed"], included["freeSeconds"]) == (True, 300)
    await report(world, call("made", 60, capability="MCOPSTN1", usageLocation="US", called=LONDON))
    (booked,) = await switching.movements(kind="accrual")
    assert booked["explanation"]["flags"] == ["payg_off"]


async def test_a_subscription_that_begins_later_begins_the_switch_by_itself(switching, world):
    await switching.grant("10")
    await switching.set_subscriptions(subscription("S-1", **{**NEW, "from": "2026-03-02T00:00:00Z"}))
    assert (await state(switching))["state"] == "prepaid"
    await world.tick(hours=12)
    assert (await state(switching))["state"] == "draining"


async def test_credit_that_lapses_completes_the_switch(switching, world):
    await switching.grant("10", expiresAt="2026-03-02T12:00:00Z")
    await switching.set_subscriptions(subscription("S-1", **NEW))
    await world.tick(days=1)
    assert (await state(switching))["state"] == "accruing"


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ({"seconds": 60}, {"seconds": 180}, [("London", 1, 180, "0.06")]),
        ({"seconds": 180}, {"seconds": 60}, [("London", 1, 60, "0.02")]),
        ({"seconds": 60}, {"seconds": 0}, []),
        ({"seconds": 0}, {"seconds": 60}, [("London", 1, 60, "0.02")]),
        ({"seconds": 60}, {"seconds": 60, "called": BOSTON}, [("North America", 1, 60, "0.6")]),
    ],
)
async def test_a_corrected_call_accrues_once_as_it_was_corrected(switching, world, first, then, expected):
    await switching.set_subscriptions(subscription("S-1", **NEW))
    await report(world, call(**first), call(**then))
    (conflict,) = await switching.suspended()
    await switching.accept(conflict["id"])
    month = await accrued(switching)
    items = [(each["destination"], each["calls"], each["seconds"], plain(each["amount"])) for each in month["items"]]
    assert items == expected


@pytest.mark.parametrize("month", ["2026-13", "2026", "march"])
async def test_what_is_no_month_has_no_accrual(switching, month):
    assert await code_of(accrued(switching, month)) == "invalid_request"


async def test_a_correction_in_a_later_month_accrues_the_difference(switching, world):
    await switching.set_subscriptions(subscription("S-1", **NEW))
    await report(world, call(seconds=60))
    await world.tick(days=31)
    await report(world, call(seconds=180))
    (conflict,) = await switching.suspended()
    await switching.accept(conflict["id"])
    assert plain((await accrued(switching))["amount"]) == "0.02"
    (item,) = (await accrued(switching, "2026-04"))["items"]
    assert (item["calls"], item["seconds"], plain(item["amount"])) == (0, 0, "0.04")


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
async def test_nothing_accrued_in_the_first_and_the_last_month_of_the_calendar(switching, month):
    shown = await accrued(switching, month)
    assert (shown["month"], shown["items"], plain(shown["amount"])) == (month, [], "0")
