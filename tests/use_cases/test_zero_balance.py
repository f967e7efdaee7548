"""One e-mail when nothing is left, and again only after new credit; never one per call (R13, R19)."""

import asyncio

import pytest

from tests.tenant import BOSTON, call, report, usd

ANN = {"address": "ann@example.com", "roles": ["billing"]}


def zeros(world):
    return [email for email in world.mail.emails if "is zero" in email.subject or "zero" in email.subject.lower()]


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators(ANN)
    return tenant


async def spend(world, name, dollars):
    """Report a call to Boston with this cost."""
    await report(world, call(name, called=BOSTON, seconds=round((dollars - 0.10) * 120)))
    await world.drain()


@pytest.mark.usefixtures("tenant")
async def test_an_account_that_never_had_credit_gets_no_notice(world):
    await spend(world, "a", 5)
    assert zeros(world) == []


async def test_only_the_call_that_spends_the_last_credit_causes_a_notice(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 9.9)
    assert zeros(world) == []
    for name in ("b", "c", "d"):
        await spend(world, name, 2)
    (email,) = zeros(world)
    assert email.to == ("ann@example.com",)
    assert "$1.90" in email.text  # the overdraft of that call


async def test_a_balance_of_exactly_zero_causes_a_notice(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 10)
    assert len(zeros(world)) == 1


async def test_concurrent_calls_that_reach_zero_cause_one_notice(world, tenant):
    await tenant.grant("10")
    here, there = world.services, world.process()
    for services in (here, there):
        world.services = services
        await asyncio.gather(*(report(world, call(f"{id(services)} {n}", called=BOSTON)) for n in range(40)))
    await world.drain()
    assert len(zeros(world)) == 1


async def test_new_credit_enables_the_next_notice(world, tenant):
    await tenant.grant("10")
    await spend(world, "a", 12)
    await tenant.grant("1", "PO-2")  # less than the overdraft
    await spend(world, "b", 2)
    assert len(zeros(world)) == 1
    await tenant.grant("10", "PO-3")
    await spend(world, "c", 20)
    assert len(zeros(world)) == 2


async def test_the_expiry_of_the_last_lot_causes_a_notice_without_a_call(world, tenant):
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
    """A tenant with half a dollar above its auto-recharge trigger of ten; each recharge is fifty."""
    await tenant.store_card()
    await tenant.grant("10.5")
    await tenant.set_auto_recharge()
    return tenant


async def test_a_successful_recharge_causes_no_zero_notice(world, recharging):
    for number in range(3):
        await spend(world, f"call-{number}", 60)
    assert await recharging.booked("recharge") == [("recharge", "100"), ("recharge", "50"), ("recharge", "50")]
    assert [email.subject for email in world.mail.emails if "recharged" not in email.subject] == []


@pytest.mark.usefixtures("recharging")
async def test_a_failed_recharge_causes_a_notice_and_its_retry_enables_the_next_one(world):
    world.payments.next_outcome("insufficient_funds")
    await spend(world, "a", 20)
    (email,) = zeros(world)
    assert "the charge failed" in email.text
    await world.tick(hours=1)  # the retry succeeds
    assert len(zeros(world)) == 1
    world.payments.next_outcome("insufficient_funds")
    await spend(world, "b", 60)
    assert len(zeros(world)) == 2


async def test_a_recharge_with_the_next_card_causes_no_zero_notice(world, recharging):
    await recharging.store_card("pm_card_mastercard")
    world.payments.next_outcome("expired_card")
    await spend(world, "a", 20)
    assert await recharging.booked("recharge") == [("recharge", "50")]
    assert zeros(world) == []


async def test_a_cancelled_recharge_causes_a_notice(world, recharging):
    world.payments.next_outcome("timeout_before", on="create", times=99)
    await report(world, call("a", called=BOSTON, seconds=2388))
    assert [queue for queue, _ in world.queues.waiting] == ["recharges"]
    await recharging.set_auto_recharge(enabled=False)
    await world.drain()
    (email,) = zeros(world)
    assert "Auto-recharge charges nothing" in email.text


async def test_a_recharge_that_leaves_the_account_at_zero_causes_a_notice(world, recharging):
    await recharging.set_auto_recharge(largestCharge=usd("50"))
    await spend(world, "a", 500)
    assert await recharging.booked("recharge") == [("recharge", "50")]
    (email,) = zeros(world)
    assert "Auto-recharge is paused" in email.text


@pytest.mark.usefixtures("recharging")
async def test_a_recharge_without_an_outcome_causes_a_notice_after_about_an_hour_without_a_call(world):
    world.payments.next_outcome("processing")
    await spend(world, "a", 20)
    for minutes, sent in ((59, 0), (10, 1), (60, 1)):
        for _ in range(minutes):
            await world.tick(minutes=1)
        assert len(zeros(world)) == sent
    assert "outcome is not known yet" in zeros(world)[0].text
    assert await world.audit() == []
