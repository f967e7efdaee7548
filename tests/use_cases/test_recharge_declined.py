"""A recharge that fails: retried by class, on the same payment, and told (R4)."""

import asyncio

import pytest

from shared.ports import UnavailableError
from shared.use_cases.move_payment import move_payment
from tests.tenant import BOSTON, LEEDS, call, report, usd
from tests.use_cases.recharging import about_to_recharge, cross, tries

HARD = ("expired_card", "lost_card", "stolen_card", "fraudulent", "incorrect_cvc")


async def told(world):
    """The letters about failed charges: (subject, text)."""
    return [(letter.subject, letter.text) for letter in world.mail.letters if "failed" in letter.subject]


@pytest.fixture
async def tenant(tenant):
    await tenant.tell_administrators({"address": "ann@example.com", "roles": ["billing"]})
    return tenant


async def test_insufficient_funds_are_tried_again_in_an_hour_on_the_same_payment(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    order = await tenant.order()
    assert (order["slot"], order["nextAttempt"], order["reason"]) == (
        "declined",
        "2026-03-01T13:00:00Z",
        "insufficient_funds",
    )
    await world.tick(minutes=59)
    assert tries(world) == [False]
    await world.tick(minutes=1)
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await tenant.balance() == "60"
    assert await world.audit() == []


async def test_soft_declines_are_retried_after_1_6_24_and_72_hours_and_then_wait_for_a_person(world, tenant):
    world.payments.next_outcome("insufficient_funds", times=9)
    await about_to_recharge(tenant)
    await cross(tenant)
    at = []
    for hour in range(1, 24 * 10):
        before = len(tries(world))
        await world.tick(hours=1)
        at += [hour] * (len(tries(world)) - before)
    assert at == [1, 7, 31, 103]
    assert len(world.payments.payments) == 1
    order = await tenant.order()
    assert (order["slot"], order["nextAttempt"]) == ("declined", None)
    subjects = [subject for subject, _ in await told(world)]
    assert subjects == ["Communications Credits: recharge of $50.00 failed, we will try again"] * 4 + [
        "Communications Credits: recharge of $50.00 failed, please act"
    ]
    assert await world.audit() == []


@pytest.mark.parametrize("outcome", HARD)
async def test_a_hard_decline_is_told_and_not_tried_again_on_that_card(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    await cross(tenant)
    for days in (1, 5, 30):
        await world.tick(days=days)
        await cross(tenant, f"after {days}")
    assert tries(world) == [False]
    assert [subject for subject, _ in await told(world)] == [
        "Communications Credits: recharge of $50.00 failed, please act"
    ]


@pytest.mark.parametrize("outcome", [*HARD, "insufficient_funds"])
async def test_a_new_card_is_charged_at_once_and_on_the_same_payment(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    await cross(tenant)
    await world.tick(minutes=30)
    await tenant.store("pm_card_mastercard")
    await world.drain()
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await tenant.balance() == "60"


async def test_after_a_hard_decline_the_next_stored_card_is_charged_at_once(world, tenant):
    world.payments.next_outcome("lost_card")
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await cross(tenant)
    assert tries(world) == [False, True]
    assert len({charge.card for charge in world.payments.charges}) == 2
    assert len(world.payments.payments) == 1
    assert await tenant.booked("recharge") == [("recharge", "50")]
    # The next crossing does not go back to the card that its bank has refused for good.
    await report(world, call("spends", called=BOSTON, seconds=7_000))
    await world.drain()
    assert tries(world) == [False, True, True]
    assert world.payments.charges[-1].card == world.payments.charges[-2].card


async def test_a_card_that_is_gone_at_the_provider_is_a_hard_decline(world, tenant):
    card = await tenant.store()
    world.payments.remove(card["id"])
    await about_to_recharge(tenant, "pm_card_mastercard")
    await cross(tenant)
    assert tries(world) == [True]
    assert "removed" in (await told(world))[0][1]


async def test_a_card_that_expires_is_told_as_expired(world, tenant):
    await about_to_recharge(tenant)
    (card,) = world.payments._cards
    world.payments.set_expiry(card, 2026, 2)
    await cross(tenant)
    ((subject, text),) = await told(world)
    assert subject.endswith("please act")
    assert "expired" in text


async def test_a_bank_that_wants_to_ask_the_holder_declines_a_charge_in_his_absence(world, tenant):
    await about_to_recharge(tenant, "pm_card_authenticationRequired")
    await cross(tenant)
    assert (await tenant.order())["reason"] == "authentication_required"
    await world.tick(days=5)
    assert tries(world) == [False]


async def test_a_refused_card_can_not_be_stored_once_more(world, tenant):
    world.payments.next_outcome("stolen_card")
    await about_to_recharge(tenant)
    await cross(tenant)
    with pytest.raises(Exception, match="refused"):
        await tenant.store()
    await world.drain()
    assert tries(world) == [False]


async def test_a_purchase_by_hand_settles_what_a_declined_recharge_was_wanted_for(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.buy(paymentMethod="pm_card_mastercard")
    await world.drain()
    assert (await tenant.order())["slot"] == "idle"
    await world.tick(days=5)
    assert await tenant.booked("recharge") == []
    assert await tenant.balance() == "60"
    states = sorted(str(payment.state) for payment in world.payments.payments.values())
    assert states == ["cancelled", "succeeded"]


async def test_a_purchase_that_does_not_reach_above_the_trigger_resets_the_schedule(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await tenant.set_order(trigger=usd("500"), largestCharge=usd("500"))
    await world.drain()
    assert tries(world) == [False]
    await tenant.buy(paymentMethod="pm_card_mastercard")
    await world.drain()
    assert tries(world) == [False, True, True]  # the purchase, and the recharge at once


async def test_no_longer_wanted_at_the_time_of_its_retry_it_is_cancelled(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.grant("100", "PO-2")
    await world.tick(hours=1)
    await world.drain()
    assert (await tenant.order())["slot"] == "idle"
    assert tries(world) == [False]
    assert [str(payment.state) for payment in world.payments.payments.values()] == ["cancelled"]


# --- nobody knows


@pytest.mark.parametrize("call_", ["create", "confirm", "retrieve"])
@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "rate_limit"])
@pytest.mark.parametrize("times", [1, 3])
async def test_an_unknown_outcome_is_looked_up_and_never_charged_twice(world, tenant, call_, fault, times):
    world.payments.next_outcome(fault, on=call_, times=times)
    await about_to_recharge(tenant)
    await cross(tenant)
    await world.tick(minutes=3)
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert await world.audit() == []


@pytest.mark.parametrize("call_", ["create", "confirm", "retrieve"])
async def test_without_another_message_the_alarm_finds_out(world, tenant, call_):
    world.payments.next_outcome("timeout_after", on=call_)
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    world.queues.waiting.clear()  # the queue has given it up
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text.encode())
    await world.tick(minutes=3)
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]


@pytest.mark.parametrize("before_the_hour", [0, 50])
async def test_a_decline_whose_answer_was_lost_is_one_decline(world, tenant, before_the_hour):
    world.payments.next_outcome("insufficient_funds")
    world.clock.forward(minutes=before_the_hour)
    await about_to_recharge(tenant)
    unheard(world)
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    world.queues.waiting.clear()
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text.encode())
    await world.tick(minutes=15)
    assert (tries(world), (await tenant.order())["slot"]) == ([False], "declined")
    await world.tick(hours=1)
    assert tries(world) == [False, True]


async def test_a_retry_whose_decline_was_not_heard_is_one_retry(world, tenant):
    world.payments.next_outcome("insufficient_funds", times=2)
    await about_to_recharge(tenant)
    await cross(tenant)
    unheard(world)
    await world.tick(hours=1)
    assert tries(world) == [False, False]
    assert (await tenant.order())["nextAttempt"] == "2026-03-01T19:00:00Z"


async def test_a_decline_that_several_processes_learn_of_is_one_decline(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    processes = [world.process() for _ in range(4)]
    await asyncio.gather(*(move_payment(process, text.encode()) for process in processes for _ in range(2)))
    await world.drain()
    assert tries(world) == [False]
    assert (await tenant.order())["nextAttempt"] == "2026-03-01T13:00:00Z"
    assert len(await told(world)) == 1


def unheard(world):
    """The next try is made, and its answer is lost."""
    confirm = world.payments.confirm

    async def lost(confirmation, key):
        await confirm(confirmation, key)
        world.payments.confirm = confirm
        raise UnavailableError("the answer was lost")

    world.payments.confirm = lost


@pytest.mark.parametrize("fault", ["error_500", "error_500_after"])
@pytest.mark.parametrize("call_", ["create", "confirm"])
async def test_an_error_that_is_repeated_for_a_day_stops_a_recharge_for_an_hour(world, tenant, call_, fault):
    world.payments.next_outcome(fault, on=call_)
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    world.queues.waiting.clear()
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text.encode())
    await world.tick(hours=1)
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]
