"""Interrupted and repeated purchases: the key finds the purchase, and it is charged once (CONTRACT 2, DESIGN 4)."""

import asyncio
from dataclasses import replace

import pytest

from shared.ports import UnavailableError
from shared.purchasing.amount_limits import AmountLimits
from shared.views.settings import list_payment_methods
from tests.tenant import BOSTON, Tenant, call, code_of, report, usd
from tests.use_cases.crashing import crash_at_write

VISA = "pm_card_visa"

CALLS = ("open_customer", "create", "retrieve", "confirm")
"""The requests of a purchase to the provider, in order."""


async def charged(world):
    """The number of successful charges of all payments."""
    return sum(charge.succeeded for charge in world.payments.charges)


@pytest.mark.parametrize("later", [0, 5, 3_600, 86_400 * 800])
async def test_the_same_key_again_is_the_same_purchase(world, tenant, later):
    first = await tenant.buy(paymentMethod=VISA)
    world.clock.forward(seconds=later)
    again = await tenant.buy(paymentMethod=VISA)
    assert (again.status, again.value, again.headers) == (201, first.value, {"Idempotent-Replayed": "true"})
    assert first.headers == {}
    assert await charged(world) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "51"},
        {"paymentMethod": "pm_card_mastercard"},
        {"returnUrl": "https://portal.example"},
        {"paymentMethod": None},
    ],
)
async def test_the_same_key_with_another_purchase_is_a_conflict(world, tenant, changes):
    await tenant.store_card(VISA)
    await tenant.buy(paymentMethod=VISA)
    assert await code_of(tenant.buy(**{"amount": "50", "paymentMethod": VISA, **changes})) == "idempotency_conflict"
    assert await charged(world) == 1


async def test_a_key_belongs_to_its_account(world, tenant):
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    mine, theirs = await tenant.buy(paymentMethod=VISA), await other.buy(paymentMethod=VISA)
    assert (mine.headers, theirs.headers) == ({}, {})
    assert await charged(world) == 2


async def test_a_repeated_purchase_that_would_be_rejected_today_gets_its_state(world, tenant):
    bought = await tenant.buy(paymentMethod=VISA)
    world.services = replace(world.services, rules=replace(world.services.rules, amounts=AmountLimits({})))
    assert await code_of(tenant.buy(paymentMethod=VISA, key="buy-2")) == "below_minimum"
    assert (await tenant.buy(paymentMethod=VISA)).value == bought.value


@pytest.mark.parametrize("outcome", ["processing", "requires_action", "insufficient_funds"])
async def test_a_repeated_request_returns_the_current_state(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    first = await tenant.buy(paymentMethod=VISA)
    again = await tenant.buy(paymentMethod=VISA)
    assert (again.value, again.headers) == (first.value, {"Idempotent-Replayed": "true"})


async def test_a_repeated_request_during_the_first_one_is_answered_as_in_progress(world, tenant):
    create = world.payments.create
    codes = []

    async def asked_again_meanwhile(order, key):
        codes.append(await code_of(tenant.buy(paymentMethod=VISA)))
        return await create(order, key)

    world.payments.create = asked_again_meanwhile
    await tenant.buy(paymentMethod=VISA)
    assert codes == ["idempotency_in_progress"]
    assert await charged(world) == 1


async def test_a_repeated_request_before_the_confirmation_is_answered_as_in_progress(world, tenant):
    confirm = world.payments.confirm
    codes = []

    async def asked_again_meanwhile(confirmation, key):
        for seconds in (0, 59):
            world.clock.forward(seconds=seconds)
            codes.append(await code_of(tenant.buy(paymentMethod=VISA)))
        return await confirm(confirmation, key)

    world.payments.confirm = asked_again_meanwhile
    await tenant.buy(paymentMethod=VISA)
    assert codes == ["idempotency_in_progress"] * 2
    assert await charged(world) == 1


@pytest.mark.parametrize("call", ["create", "confirm"])
async def test_a_repeated_request_after_a_minute_takes_over_and_charges_once(world, tenant, call):
    """The first process has crashed; even if it is still running, there is one payment."""
    step = getattr(world.payments, call)
    answers = []

    async def slow(request, key):
        setattr(world.payments, call, step)
        world.clock.forward(seconds=60)
        answers.append(await tenant.buy(paymentMethod=VISA))
        return await step(request, key)

    setattr(world.payments, call, slow)
    answers.append(await tenant.buy(paymentMethod=VISA))
    assert [answer.value["state"] for answer in answers] == ["succeeded", "succeeded"]
    assert await charged(world) == 1
    assert await tenant.booked() == [("purchase", "50")]


async def test_concurrent_requests_with_one_key_charge_once(world, tenant):
    there = Tenant(world)
    first = asyncio.gather(*(tenant.buy(paymentMethod=VISA) for _ in range(5)), return_exceptions=True)
    world.services = world.process()
    second = asyncio.gather(*(there.buy(paymentMethod=VISA) for _ in range(5)), return_exceptions=True)
    answers = [*await first, *await second]
    codes = {getattr(answer, "code", None) for answer in answers}
    assert codes <= {None, "idempotency_in_progress"}
    assert await charged(world) == 1
    assert await tenant.booked() == [("purchase", "50")]


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "rate_limit"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("then", ["repeat", "alarm", "both"])
async def test_a_purchase_interrupted_at_the_provider_is_continued(world, tenant, call, fault, then):
    world.payments.next_outcome(fault, on=call)
    with pytest.raises(UnavailableError):
        await tenant.buy(paymentMethod=VISA)
    if then in {"alarm", "both"}:
        await world.tick(minutes=3)
    if then in {"repeat", "both"}:
        world.clock.forward(minutes=2)
        assert (await tenant.buy(paymentMethod=VISA)).value["state"] == "succeeded"
    assert await tenant.booked() == [("purchase", "50")]
    assert await charged(world) == 1
    assert await world.audit() == []


@pytest.mark.parametrize("fault", ["error_500", "error_500_after"])
@pytest.mark.parametrize("call", ["open_customer", "create", "confirm"])
async def test_an_error_that_the_provider_repeats_for_a_day_stops_a_purchase_for_an_hour(world, tenant, call, fault):
    """The provider repeats an error for the same key for a day, like any answer."""
    world.payments.next_outcome(fault, on=call)
    with pytest.raises(UnavailableError):
        await tenant.buy(paymentMethod=VISA)
    await world.tick(hours=1)
    await world.tick(minutes=3)
    assert await tenant.booked() == [("purchase", "50")]
    assert await charged(world) == 1


@pytest.mark.parametrize("write", range(1, 8))
@pytest.mark.parametrize("applied", [True, False])
async def test_a_crash_at_any_write_is_recovered(world, tenant, write, applied):
    await crash_at_write(world, write, tenant.buy(paymentMethod=VISA), done=applied)
    await world.tick(minutes=3)
    assert (await tenant.buy(paymentMethod=VISA)).value["state"] == "succeeded"
    assert await tenant.booked() == [("purchase", "50")]
    assert await charged(world) == 1


async def test_auto_recharge_in_a_purchase_is_enabled_when_the_payment_succeeds(world, tenant):
    await tenant.store_card(VISA)
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    world.payments.next_outcome("processing")
    await tenant.buy(autoRecharge=order)
    assert (await tenant.auto_recharge())["enabled"] is False
    world.payments.resolve(next(iter(world.payments.payments)), "succeed")
    await world.tick(minutes=3)
    assert (await tenant.auto_recharge())["enabled"] is True
    assert await tenant.booked() == [("purchase", "50")]


async def test_the_first_purchase_stores_the_card_and_enables_auto_recharge_when_it_succeeds(world, tenant):
    """No card is stored; the provider's form has just returned one."""
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    world.payments.next_outcome("processing")
    await tenant.buy(paymentMethod=VISA, autoRecharge=order)
    assert (await tenant.request(list_payment_methods)).value["items"] == []
    world.payments.resolve(next(iter(world.payments.payments)), "succeed")
    await world.tick(minutes=3)
    (card,) = (await tenant.request(list_payment_methods)).value["items"]
    assert (card["lastFour"], (await tenant.auto_recharge())["enabled"]) == ("4242", True)
    await report(world, call(called=BOSTON, seconds=12_000))
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "100")]
    assert {charge.card for charge in world.payments.charges} == {card["id"]}
    assert await world.audit() == []


async def test_without_auto_recharge_a_forms_card_is_charged_but_not_stored(tenant):
    await tenant.buy(paymentMethod=VISA, autoRecharge={"enabled": False, "trigger": usd("10"), "amount": usd("50")})
    await tenant.buy(paymentMethod=VISA, key="buy-2")
    assert (await tenant.request(list_payment_methods)).value["items"] == []
    assert ((await tenant.auto_recharge())["enabled"], await tenant.balance()) == (False, "100")


async def test_if_the_card_cannot_be_stored_nothing_is_bought_or_enabled(world, tenant):
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    bought = (await tenant.buy(paymentMethod="pm_card_visa_chargeDeclinedLostCard", autoRecharge=order)).value
    assert (bought["state"], bought["reason"]) == ("declined", "lost_card")
    assert (await tenant.auto_recharge())["enabled"] is False
    assert world.payments.payments == {}


@pytest.mark.parametrize("outcome", ["insufficient_funds", "lost_card"])
async def test_a_declined_purchase_stores_no_card_and_does_not_enable_auto_recharge(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    assert (await tenant.buy(paymentMethod=VISA, autoRecharge=order)).value["state"] == "declined"
    assert (await tenant.auto_recharge())["trigger"] is None
    assert (await tenant.request(list_payment_methods)).value["items"] == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"enabled": True, "trigger": usd("10"), "amount": usd("49.99")}, "below_minimum"),
        ({"enabled": True, "trigger": usd("10")}, "invalid_request"),
        ({"enabled": True, "trigger": {"amount": "1", "currency": "EUR"}, "amount": usd("50")}, "currency_mismatch"),
    ],
)
async def test_a_purchase_with_invalid_auto_recharge_is_rejected(world, tenant, order, code):
    await tenant.store_card(VISA)
    assert await code_of(tenant.buy(autoRecharge=order)) == code
    assert await charged(world) == 0
