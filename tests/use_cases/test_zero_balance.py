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


async def test_with_auto_recharge_the_email_says_that_a_charge_is_in_progress(world, tenant):
    await tenant.store_card()
    await tenant.grant("10.5")
    await tenant.set_auto_recharge()
    await spend(world, "a", 20)
    (email,) = zeros(world)
    assert "charging your card now" in email.text
    assert await tenant.booked("recharge") == [("recharge", "50")]


async def test_a_recharge_enables_the_next_notice(world, tenant):
    await tenant.store_card()
    await tenant.grant("10.5")
    await tenant.set_auto_recharge(trigger=usd("0"), amount=usd("50"))
    for number in range(3):
        await spend(world, f"call-{number}", 50)
    assert len(await tenant.booked("recharge")) == len(zeros(world))
