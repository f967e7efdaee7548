"""One e-mail when nothing is left, armed again by credit; never one a call (R13, R19)."""

import asyncio

import pytest

from tests.tenant import BOSTON, call, report, usd

ANN = {"address": "ann@example.com", "roles": ["billing"]}


def zeros(world):
    return [email for email in world.mail.emails if "is zero" in email.subject or "zero" in email.subject.lower()]


@pytest.fixture
async def tenant(tenant):
    await tenant.tell_administrators(ANN)
    return tenant


async def spend(world, name, dollars):
    """A call to Boston that costs so much."""
    await report(world, call(name, called=BOSTON, seconds=round((dollars - 0.10) * 120)))
    await world.drain()


@pytest.mark.usefixtures("tenant")
async def test_an_account_that_never_had_credit_is_told_nothing(world):
    await spend(world, "a", 5)
    assert zeros(world) == []


async def test_the_call_that_spends_the_last_credit_is_told_and_the_ones_after_it_are_not(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 9.9)
    assert zeros(world) == []
    for name in ("b", "c", "d"):
        await spend(world, name, 2)
    (email,) = zeros(world)
    assert email.to == ("ann@example.com",)
    assert "$1.90" in email.text  # the overdraft of that call


async def test_exactly_zero_is_zero(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 10)
    assert len(zeros(world)) == 1


async def test_many_calls_that_cross_zero_at_once_are_told_once(world, tenant):
    await tenant.grant("10")
    here, there = world.services, world.process()
    for services in (here, there):
        world.services = services
        await asyncio.gather(*(report(world, call(f"{id(services)} {n}", called=BOSTON)) for n in range(40)))
    await world.drain()
    assert len(zeros(world)) == 1


async def test_credit_arms_it_again(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 12)
    await tenant.grant("1", "PO-2")  # less than what is overdrawn
    await spend(world, "b", 2)
    assert len(zeros(world)) == 1
    await tenant.grant("10", "PO-3")
    await spend(world, "c", 20)
    assert len(zeros(world)) == 2


async def test_a_lot_that_expires_is_zero_at_that_instant_though_nobody_calls(world, tenant):
    await tenant.grant("10", expiresAt="2026-03-05T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=4, hour=23, minute=59, second=59)
    await world.tick()
    assert zeros(world) == []
    await world.tick(seconds=1)
    assert len(zeros(world)) == 1
    await world.tick(days=9)
    assert len(zeros(world)) == 1


# --- with auto-recharge


@pytest.fixture
async def recharging(tenant):
    """Half a dollar above the trigger of ten, fifty a charge."""
    await tenant.store()
    await tenant.grant("10.5")
    await tenant.set_order()
    return tenant


async def test_a_recharge_that_succeeds_brings_no_email_about_zero(world, recharging):
    for number in range(3):
        await spend(world, f"call-{number}", 60)
    assert await recharging.booked("recharge") == [("recharge", "100"), ("recharge", "50"), ("recharge", "50")]
    assert [email.subject for email in world.mail.emails if "recharged" not in email.subject] == []


@pytest.mark.usefixtures("recharging")
async def test_a_recharge_that_fails_brings_it_and_the_next_crossing_is_another(world):
    world.payments.next_outcome("insufficient_funds")
    await spend(world, "a", 20)
    (email,) = zeros(world)
    assert "the charge failed" in email.text
    await world.tick(hours=1)  # the retry succeeds
    assert len(zeros(world)) == 1
    world.payments.next_outcome("insufficient_funds")
    await spend(world, "b", 60)
    assert len(zeros(world)) == 2


async def test_the_next_card_that_pays_brings_no_email_about_zero(world, recharging):
    await recharging.store("pm_card_mastercard")
    world.payments.next_outcome("expired_card")
    await spend(world, "a", 20)
    assert await recharging.booked("recharge") == [("recharge", "50")]
    assert zeros(world) == []


async def test_a_recharge_that_is_called_off_brings_it(world, recharging):
    world.payments.next_outcome("timeout_before", on="create", times=99)
    await report(world, call("a", called=BOSTON, seconds=2388))
    assert [queue for queue, _ in world.queues.waiting] == ["recharges"]
    await recharging.set_order(enabled=False)
    await world.drain()
    (email,) = zeros(world)
    assert "Auto-recharge charges nothing" in email.text


async def test_a_recharge_that_leaves_the_account_at_zero_brings_it(world, recharging):
    await recharging.set_order(largestCharge=usd("50"))
    await spend(world, "a", 500)
    assert await recharging.booked("recharge") == [("recharge", "50")]
    (email,) = zeros(world)
    assert "Auto-recharge is paused" in email.text


@pytest.mark.usefixtures("recharging")
async def test_a_recharge_without_an_outcome_brings_it_after_about_an_hour_though_nobody_calls(world):
    world.payments.next_outcome("processing")
    await spend(world, "a", 20)
    for minutes, sent in ((59, 0), (10, 1), (60, 1)):
        for _ in range(minutes):
            await world.tick(minutes=1)
        assert len(zeros(world)) == sent
    assert "outcome is not known yet" in zeros(world)[0].text
    assert await world.audit() == []
