"""R3, R4: the monthly cap counts in the month of the charge and is notified; a burst stops auto-recharge."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.recharge.rules import RechargeRules
from tests.fakes import world as fake_world
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, call, report, usd

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    return tenant


async def spend(world, name, dollars, **fields):
    await report(world, call(name, called=BOSTON, seconds=round((dollars - 0.10) * 120), **fields))
    await world.drain()


def head(world):
    return world.ledger.partitions[ACCOUNT]["a:head"].values


def subjects(world, word):
    return [email.subject for email in world.mail.emails if word in email.subject]


async def test_a_recharge_wanted_in_march_and_charged_in_april_counts_for_april(world, tenant):
    world.clock.time = APRIL - timedelta(minutes=30)
    world.payments.next_outcome("insufficient_funds")
    await tenant.store_card()
    await tenant.set_auto_recharge(amount=usd("50"), monthlyCap=usd("100"))
    await world.drain()
    assert (head(world)["rechargedMonth"], head(world)["rechargedAmount"]) == ("2026-03", 50_000_000)
    await world.tick(hours=1)
    assert (head(world)["rechargedMonth"], head(world)["rechargedAmount"]) == ("2026-04", 50_000_000)
    await spend(world, "second", 50)
    assert await tenant.booked("recharge") == [("recharge", "50"), ("recharge", "50")]
    await spend(world, "third", 50)
    assert (await tenant.auto_recharge())["paused"]["reason"] == "cap"
    assert await world.audit() == []


async def test_a_recharge_confirmed_late_counts_for_the_month_of_its_charge(world, tenant):
    """Begun in March; the provider does not answer before April."""
    world.clock.time = APRIL - timedelta(minutes=5)
    world.payments.next_outcome("timeout_before", on="confirm", times=30)
    await tenant.store_card()
    await tenant.set_auto_recharge(monthlyCap=usd("50"))
    await world.drain_failing()
    assert head(world)["rechargedMonth"] == "2026-03"
    world.payments._outcomes.clear()
    await world.tick(hours=2)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert (head(world)["rechargedMonth"], head(world)["rechargedAmount"]) == ("2026-04", 50_000_000)
    await spend(world, "more", 50)
    assert (await tenant.auto_recharge())["paused"]["reason"] == "cap"


async def test_a_cancelled_recharge_gives_its_reserve_back(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await tenant.store_card()
    await tenant.set_auto_recharge(monthlyCap=usd("50"))
    await world.drain()
    await tenant.set_auto_recharge(enabled=False, monthlyCap=usd("50"))
    await world.drain()
    assert head(world)["rechargedAmount"] == 0
    await tenant.set_auto_recharge(monthlyCap=usd("50"))
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "50")]


async def test_the_levels_of_the_cap_are_notified_in_the_commit_that_reaches_them(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("0"), monthlyCap=usd("500"))
    await world.drain()
    for number in range(9):
        await spend(
            world, f"call {number}", 50, startedAt=f"2026-02-{16 + number}T11:50:00Z"
        )  # else the brake stops them
    await world.tick(minutes=1)
    told = subjects(world, "monthly cap")
    assert told[:2] == [
        "Communications Credits: 80% of the monthly cap is used",
        "Communications Credits: 90% of the monthly cap is used",
    ]
    await world.tick(hours=2)
    assert await tenant.booked("recharge") == [("recharge", "50")] * 10
    await spend(world, "last", 50)
    assert subjects(world, "monthly cap") == [
        *told[:2],
        "Communications Credits: the monthly cap is reached",
        "Communications Credits: auto-recharge has reached its monthly cap",
    ]
    await world.tick(days=31)
    await world.drain()
    assert len(await tenant.booked("recharge")) == 11
    assert len(subjects(world, "monthly cap")) == 4
    assert await world.audit() == []


async def test_a_lowered_cap_is_notified_at_once(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(monthlyCap=usd("500"))
    await world.drain()
    await tenant.set_auto_recharge(monthlyCap=usd("60"))
    await world.drain()
    assert subjects(world, "monthly cap") == ["Communications Credits: 80% of the monthly cap is used"]


async def test_a_cap_that_is_reached_below_the_trigger_is_one_email(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("200"), largestCharge=usd("500"), monthlyCap=usd("100"))
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "100")]
    assert (await tenant.auto_recharge())["paused"]["reason"] == "cap"
    assert subjects(world, "cap") == ["Communications Credits: auto-recharge has reached its monthly cap"]


async def test_a_raised_cap_notifies_of_nothing_until_its_own_levels_are_reached(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("0"), monthlyCap=usd("50"))
    await world.drain()
    reached = ["Communications Credits: the monthly cap is reached"]
    assert subjects(world, "cap") == reached
    for cap in ("51", "55", "60", "62"):  # of which 50 dollars are 98, 90, 83 and 80 %
        await tenant.set_auto_recharge(trigger=usd("0"), monthlyCap=usd(cap))
        await world.drain()
        assert subjects(world, "cap") == reached
    await tenant.set_auto_recharge(trigger=usd("0"), monthlyCap=usd("100"))
    await spend(world, "all of it", 50)
    assert await tenant.booked("recharge") == [("recharge", "50")] * 2
    assert subjects(world, "cap") == reached * 2


@pytest.fixture
async def hasty(world, tenant, monkeypatch):
    """A tenant whose cards may be charged three times within an hour, after the third charge."""
    monkeypatch.setattr(fake_world, "RECHARGE_RULES", RechargeRules(timedelta(hours=1), burst_max=3))
    world.services = world.process()
    await tenant.store_card()
    await tenant.set_auto_recharge()
    await world.drain()
    for number in range(3):
        world.clock.forward(minutes=10)
        await spend(world, f"call {number}", 50)
    return tenant


async def test_a_burst_pauses_auto_recharge_and_is_notified_once(world, hasty):
    assert await hasty.booked("recharge") == [("recharge", "50")] * 3
    assert (await hasty.auto_recharge())["paused"] == {
        "reason": "burst",
        "since": "2026-03-01T12:30:00Z",
        "until": "2026-03-01T13:00:00Z",
    }
    await spend(world, "more", 5)
    await world.tick(minutes=29)
    assert subjects(world, "paused") == ["Communications Credits: auto-recharge is paused, please check your calls"]
    assert len(await hasty.booked("recharge")) == 3


async def test_a_burst_ends_when_the_hour_is_over(world, hasty):
    await world.tick(minutes=30)
    await world.drain()
    assert len(await hasty.booked("recharge")) == 4
    assert (await hasty.auto_recharge())["paused"] is None
    assert await world.audit() == []


async def test_a_burst_ends_when_an_administrator_saves_the_settings(world, hasty):
    await hasty.set_auto_recharge()
    await world.drain()
    assert len(await hasty.booked("recharge")) == 4
    assert (await hasty.auto_recharge())["paused"] is None
    world.services = world.process()
    assert await world.audit() == []
