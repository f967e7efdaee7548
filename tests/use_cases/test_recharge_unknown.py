"""A recharge with an unknown outcome: it is looked up, never charged twice, and never abandoned (R4)."""

import asyncio

import pytest

from shared.ports import UnavailableError
from shared.use_cases.accounts import catch_up
from shared.use_cases.payments.move_payment import move_payment
from shared.views.settings import list_payment_methods
from tests.tenant import LEEDS, call, report
from tests.use_cases.crashing import crash_at_write
from tests.use_cases.recharging import about_to_recharge, cross, tries


async def told_to_move(world):
    """Report a call that reaches the trigger, and take the message from its queue."""
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    world.queues.waiting.clear()
    return text.encode()


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
async def test_without_another_message_the_alarm_resolves_the_outcome(world, tenant, call_):
    world.payments.next_outcome("timeout_after", on=call_)
    await about_to_recharge(tenant)
    text = await told_to_move(world)
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text)
    await world.tick(minutes=3)
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]


@pytest.mark.parametrize("before_the_hour", [0, 50])
async def test_a_decline_whose_answer_was_lost_is_one_decline(world, tenant, before_the_hour):
    world.payments.next_outcome("insufficient_funds")
    world.clock.forward(minutes=before_the_hour)
    await about_to_recharge(tenant)
    unheard(world)
    text = await told_to_move(world)
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text)
    await world.tick(minutes=15)
    assert (tries(world), (await tenant.auto_recharge())["slot"]) == ([False], "declined")
    await world.tick(hours=1)
    assert tries(world) == [False, True]


async def test_a_retry_whose_decline_was_lost_is_one_retry(world, tenant):
    world.payments.next_outcome("insufficient_funds", times=2)
    await about_to_recharge(tenant)
    await cross(tenant)
    unheard(world)
    await world.tick(hours=1)
    assert tries(world) == [False, False]
    assert (await tenant.auto_recharge())["nextAttempt"] == "2026-03-01T19:00:00Z"


@pytest.mark.parametrize("outcome", ["lost_card", "insufficient_funds"])
async def test_a_second_card_whose_decline_was_lost_is_not_charged_again_after_the_hour(world, tenant, outcome):
    """The first card was refused for good, the answer about the second one was lost, and its key has changed since."""
    world.payments.next_outcome("lost_card")
    world.payments.next_outcome(outcome)
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await report(world, call(called=LEEDS))
    lose_answers_of(world, "try 2")
    world.clock.forward(minutes=55)
    await world.drain_failing()
    assert tries(world) == [False, False]
    await world.tick(minutes=10)
    assert tries(world) == [False, False]
    shown = await tenant.auto_recharge()
    assert (shown["slot"], shown["reason"]) == ("declined", outcome)
    assert len([email for email in world.mail.emails if "failed" in email.subject]) == 2
    refused = [card["refused"] for card in (await tenant.request(list_payment_methods)).value["items"]]
    assert refused == [True, outcome == "lost_card"]


async def test_a_soft_decline_of_a_retry_that_was_lost_is_not_repeated_after_the_hour(world, tenant):
    world.payments.next_outcome("insufficient_funds", times=2)
    await about_to_recharge(tenant)
    await cross(tenant)
    lose_answers_of(world, "try 1")
    world.clock.forward(hours=1)
    await catch_up.wake_due(world.services)
    await world.drain_failing()
    assert tries(world) == [False, False]
    await world.tick(minutes=65)
    assert tries(world) == [False, False]
    assert (await tenant.auto_recharge())["slot"] == "declined"


def lose_answers_of(world, which):
    """Lose the answer of a confirmation, and each later read of that round."""
    number, confirm = int(which.split()[1]), world.payments.confirm
    made = []

    async def lost(confirmation, key):
        made.append(await confirm(confirmation, key))
        if len(made) == number:
            world.payments.next_outcome("timeout_after", on="retrieve", times=1)
        return made[-1]

    world.payments.confirm = lost


async def test_a_decline_seen_by_several_processes_is_one_decline(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await about_to_recharge(tenant)
    text = await told_to_move(world)
    processes = [world.process() for _ in range(4)]
    await asyncio.gather(*(move_payment(process, text) for process in processes for _ in range(2)))
    await world.drain()
    assert tries(world) == [False]
    assert (await tenant.auto_recharge())["nextAttempt"] == "2026-03-01T13:00:00Z"
    assert len(world.mail.emails) == 1


def unheard(world):
    """Make the next try, with a lost answer."""
    confirm = world.payments.confirm

    async def lost(confirmation, key):
        await confirm(confirmation, key)
        world.payments.confirm = confirm
        raise UnavailableError("the answer was lost")

    world.payments.confirm = lost


@pytest.mark.parametrize("fault", ["error_500", "error_500_after"])
@pytest.mark.parametrize("call_", ["create", "confirm"])
async def test_an_error_that_the_provider_repeats_for_a_day_stops_a_recharge_for_an_hour(world, tenant, call_, fault):
    world.payments.next_outcome(fault, on=call_)
    await about_to_recharge(tenant)
    text = await told_to_move(world)
    with pytest.raises(UnavailableError):
        await move_payment(world.services, text)
    await world.tick(hours=1)
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]


@pytest.mark.parametrize("write", range(1, 6))
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("outcome", ["succeed", "insufficient_funds"])
async def test_a_crash_at_any_write_is_recovered(world, tenant, write, done, outcome):
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    text = await told_to_move(world)
    await crash_at_write(world, write, move_payment(world.services, text), done=done)
    await world.tick(minutes=3)
    await world.tick(hours=1)
    assert tries(world) == ([True] if outcome == "succeed" else [False, True])
    assert len([payment for payment in world.payments.payments.values() if payment.state == "succeeded"]) == 1
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert await world.audit() == []


async def test_a_card_refused_for_good_stays_so_when_the_recharge_is_given_up_and_the_process_stops(world, tenant):
    """A payment that is cancelled does not tell of the refusal any more."""
    world.payments.next_outcome("lost_card")
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    unheard(world)
    with pytest.raises(UnavailableError):
        await move_payment(world.services, await told_to_move(world))
    await tenant.set_auto_recharge(enabled=False)
    cancel = world.payments.cancel

    async def stop_afterwards(payment):
        world.payments.cancel = cancel
        await cancel(payment)
        raise UnavailableError("the process stops")

    world.payments.cancel = stop_afterwards
    await world.drain_failing()
    await world.tick(hours=2)
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert [card["refused"] for card in (await tenant.request(list_payment_methods)).value["items"]] == [True, False]
