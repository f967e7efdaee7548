"""Auto-recharge: set with an ETag and a card, evaluated at once, and disabled (R3, CONTRACT 2)."""

import asyncio
from dataclasses import replace

import pytest

from shared.purchasing.amount_limits import SMALLEST, AmountLimits
from shared.service.http import ProblemError
from shared.use_cases.payments.settle_payment import settle_payment
from shared.views.settings import list_payment_methods, read_auto_recharge
from tests.tenant import Tenant, call, code_of, plain, report, usd


@pytest.fixture
async def tenant(tenant: Tenant) -> Tenant:
    """A tenant with a card and a hundred dollars."""
    await tenant.store_card()
    await tenant.grant("100")
    return tenant


async def test_auto_recharge_has_an_etag_before_it_is_ever_set(tenant):
    shown = await tenant.request(read_auto_recharge)
    assert shown.headers["ETag"]
    assert (shown.value["enabled"], shown.value["slot"], shown.value["trigger"]) == (False, "idle", None)


async def test_auto_recharge_is_set_with_the_etag_that_was_read(tenant):
    read = await tenant.request(read_auto_recharge)
    written = await tenant.set_auto_recharge(etag=read.headers["ETag"], monthlyCap=usd("500"))
    assert written.status == 200
    again = await tenant.request(read_auto_recharge)
    assert (again.value, again.headers["ETag"]) == (written.value, written.headers["ETag"])
    assert again.headers["ETag"] != read.headers["ETag"]
    shown = {name: plain(again.value[name]) for name in ("trigger", "amount", "largestCharge", "monthlyCap")}
    assert shown == {"trigger": "10", "amount": "50", "largestCharge": "250", "monthlyCap": "500"}


@pytest.mark.parametrize(("etag", "code"), [("", "precondition_required"), ('"auto-recharge-7"', "stale")])
async def test_auto_recharge_cannot_be_set_without_an_etag(tenant, etag, code):
    assert await code_of(tenant.set_auto_recharge(etag=etag)) == code
    assert (await tenant.auto_recharge())["enabled"] is False


async def test_an_etag_from_before_a_purchase_that_enabled_auto_recharge_is_stale(tenant):
    first = (await tenant.request(read_auto_recharge)).headers["ETag"]
    second = (await tenant.set_auto_recharge(first, enabled=False)).headers["ETag"]
    await tenant.buy(autoRecharge={"enabled": True, "trigger": usd("10"), "amount": usd("50")})
    for seen in (first, second):
        assert await code_of(tenant.set_auto_recharge(seen, trigger=usd("20"))) == "stale"
    assert plain((await tenant.auto_recharge())["trigger"]) == "10"


async def test_of_two_requests_with_the_same_etag_one_succeeds(world, tenant):
    etag = (await tenant.request(read_auto_recharge)).headers["ETag"]
    there = Tenant(world)
    answers = await asyncio.gather(
        tenant.set_auto_recharge(etag=etag),
        there.set_auto_recharge(etag=etag, trigger=usd("20")),
        return_exceptions=True,
    )
    assert sorted(getattr(answer, "code", "set") for answer in answers) == ["set", "stale"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"amount": usd("49.99")}, "below_minimum"),
        ({"amount": usd("50.001")}, "invalid_request"),
        ({"amount": usd("1000001")}, "above_maximum"),
        ({"amount": {"amount": "50", "currency": "EUR"}}, "currency_mismatch"),
        ({"trigger": {"amount": "10", "currency": "EUR"}}, "currency_mismatch"),
        ({"trigger": usd("-1")}, "invalid_request"),
        ({"largestCharge": usd("49.99")}, "below_minimum"),
        ({"monthlyCap": usd("49.99")}, "below_minimum"),
        ({"monthlyCap": {"amount": "500", "currency": "EUR"}}, "currency_mismatch"),
        ({"enabled": "yes"}, "invalid_request"),
        ({"card": "pm_1"}, "invalid_request"),
    ],
)
async def test_invalid_auto_recharge_settings_are_rejected(tenant, settings, code):
    assert await code_of(tenant.set_auto_recharge(**settings)) == code
    assert (await tenant.auto_recharge())["trigger"] is None


async def test_auto_recharge_needs_a_card_only_while_enabled(world):
    bare = Tenant(world)
    await bare.open()
    assert await code_of(bare.set_auto_recharge()) == "no_payment_method"
    assert (await bare.set_auto_recharge(enabled=False)).status == 200


@pytest.mark.parametrize("name", ["trigger", "amount", "largestCharge", "monthlyCap"])
async def test_amounts_in_another_currency_are_rejected_even_to_disable_it(tenant, name):
    figures = {"trigger": usd("10"), "amount": usd("50"), "largestCharge": usd("100"), "monthlyCap": usd("500")}
    await tenant.set_auto_recharge(**figures)
    foreign = {name: {**figures[name], "currency": "EUR"}}
    assert await code_of(tenant.set_auto_recharge(enabled=False, **{**figures, **foreign})) == "currency_mismatch"
    assert (await tenant.auto_recharge())["enabled"] is True


async def test_storing_a_card_does_not_enable_auto_recharge(world, tenant):
    for number in range(3):
        await report(world, call(f"call-{number}", seconds=86_400 * 2 // 2))
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert world.payments.payments == {}


@pytest.mark.parametrize(("trigger", "is_charged"), [("99.99", False), ("100", True), ("250", True)])
async def test_auto_recharge_is_evaluated_when_it_is_set(world, tenant, trigger, is_charged):
    """The trigger includes its own value."""
    assert (await tenant.set_auto_recharge(trigger=usd(trigger))).value["slot"] == ("wanted" if is_charged else "idle")
    await world.drain()
    assert bool(world.payments.charges) is is_charged


@pytest.mark.parametrize(
    ("trigger", "charged"),
    [
        ("100", "50"),  # at the trigger: one amount
        ("149.99", "50"),
        ("150", "100"),  # one would land on it: two
        ("349.99", "250"),  # five, the largest single charge
    ],
)
async def test_one_charge_closes_the_whole_gap(world, tenant, trigger, charged):
    await tenant.set_auto_recharge(trigger=usd(trigger))
    await world.drain()
    (recharge, *_) = await tenant.booked("recharge")
    assert recharge == ("recharge", charged)


async def test_if_disabled_before_the_recharge_began_nothing_is_charged(world, tenant):
    await tenant.set_auto_recharge(trigger=usd("100"))
    off = await tenant.set_auto_recharge(enabled=False, trigger=usd("100"))
    assert off.value["slot"] == "cancelling"
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert world.payments.charges == []


@pytest.mark.parametrize(
    ("outcome", "state", "booked"),
    [("succeed", "succeeded", [("recharge", "50")]), ("insufficient_funds", "cancelled", [])],
)
async def test_if_disabled_while_the_payment_is_processing_the_banks_decision_counts(
    world, tenant, outcome, state, booked
):
    world.payments.next_outcome("processing")
    await tenant.set_auto_recharge(trigger=usd("100"))
    await world.drain()
    await tenant.set_auto_recharge(enabled=False, trigger=usd("100"))
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "cancelling"
    (payment,) = world.payments.payments
    world.payments.resolve(payment, outcome)
    await world.tick(minutes=3)
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert world.payments.payments[payment].state == state
    assert await tenant.booked("recharge") == booked


async def test_if_disabled_after_a_decline_the_payment_is_cancelled(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await tenant.set_auto_recharge(trigger=usd("100"))
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "declined"
    await tenant.set_auto_recharge(enabled=False)
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert {str(payment.state) for payment in world.payments.payments.values()} == {"cancelled"}
    await world.tick(days=5)
    assert len(world.payments.charges) == 1


async def test_if_enabled_again_while_the_old_payment_ends_there_is_one_recharge(world, tenant):
    await tenant.set_auto_recharge(trigger=usd("100"))
    await tenant.set_auto_recharge(enabled=False)
    await tenant.set_auto_recharge(trigger=usd("100"))
    await world.drain()
    await world.tick(minutes=3)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert await world.audit() == []


async def test_a_webhook_of_a_payment_that_left_the_slot_changes_nothing(world, tenant):
    await tenant.set_auto_recharge(trigger=usd("100"))
    await world.drain()
    for payment in list(world.payments.payments):
        await settle_payment(world.services, payment)
    assert await tenant.booked("recharge") == [("recharge", "50")]


# --- cards


async def test_a_stored_card_shows_only_brand_last_four_expiry_and_order(tenant):
    await tenant.store_card("pm_card_mastercard")
    shown = (await tenant.request(list_payment_methods)).value["items"]
    assert [(card["brand"], card["lastFour"], card["expiry"], card["order"]) for card in shown] == [
        ("visa", "4242", "2030-03", 1),
        ("mastercard", "4444", "2030-03", 2),
    ]
    assert set(shown[0]) == {"id", "brand", "lastFour", "expiry", "order", "refused", "needsHolder"}


async def test_storing_the_same_card_again_returns_the_existing_one(tenant):
    again = await tenant.store_card()
    assert again["order"] == 1
    assert len((await tenant.request(list_payment_methods)).value["items"]) == 1


@pytest.mark.parametrize("method", ["pm_card_visa_chargeDeclined", "pm_card_chargeDeclinedExpiredCard"])
async def test_a_card_that_the_bank_declines_is_not_stored(tenant, method):
    assert await code_of(tenant.store_card(method)) == "card_declined"
    assert len((await tenant.request(list_payment_methods)).value["items"]) == 1


async def test_an_unknown_payment_method_is_not_stored_and_the_field_is_named(tenant):
    with pytest.raises(ProblemError) as raised:
        await tenant.store_card("pm_nobodys")
    (flaw,) = raised.value.flaws
    assert (raised.value.code, flaw.pointer, flaw.code) == ("invalid_request", "/paymentMethod", "unknown")
    assert len((await tenant.request(list_payment_methods)).value["items"]) == 1


async def test_settings_that_would_be_rejected_today_can_still_be_disabled(world, tenant):
    await tenant.set_auto_recharge()
    limits = AmountLimits({**SMALLEST, "USD": 100_000_000})
    world.services = replace(world.services, rules=replace(world.services.rules, amounts=limits))
    assert await code_of(tenant.set_auto_recharge(enabled=False, trigger=usd("11"))) == "below_minimum"
    assert await code_of(tenant.set_auto_recharge()) == "below_minimum"
    assert (await tenant.set_auto_recharge(enabled=False)).value["enabled"] is False
