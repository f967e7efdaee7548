"""Administrators are warned before a card expires, by the account's one alarm (R5)."""

from datetime import UTC, datetime

import pytest

from tests.use_cases.recharging import emails

WARNING = "Communications Credits: Visa ending in 4242 expires at the end of 04/2026"
APRIL = datetime(2026, 4, 30, 12, tzinfo=UTC)


@pytest.fixture
async def armed(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("100")
    return tenant


async def store_expiring(world, tenant, monkeypatch):
    """Store a card of April 2026."""
    attach = world.payments._attach

    def expiring(customer, method):
        made = attach(customer, method)
        world.payments.set_expiry(made.id, 2026, 4)
        return world.payments._cards[made.id][2]

    monkeypatch.setattr(world.payments, "_attach", expiring)
    return await tenant.store_card()


async def days_of_warnings(world, until=APRIL):
    """The days on which warnings arrive."""
    days, before = [], len(await emails(world))
    while world.clock.now() < until:
        await world.tick(hours=12)
        found = await emails(world)
        days += [f"{world.clock.now():%m-%d}"] * (len(found) - before)
        before = len(found)
    return days


async def test_administrators_are_warned_30_and_7_days_before_its_month_ends(world, armed, monkeypatch):
    await store_expiring(world, armed, monkeypatch)
    await armed.set_auto_recharge()
    assert await days_of_warnings(world) == ["04-01", "04-24"]
    assert {subject for subject, _ in await emails(world)} == {WARNING}
    assert await world.audit() == []


async def test_nobody_is_warned_while_auto_recharge_is_off(world, armed, monkeypatch):
    await store_expiring(world, armed, monkeypatch)
    assert await days_of_warnings(world, datetime(2026, 4, 10, tzinfo=UTC)) == []
    await armed.set_auto_recharge()
    await world.tick(minutes=1)
    assert [subject for subject, _ in await emails(world)] == [WARNING]


async def test_a_card_that_was_replaced_is_not_warned_of_but_its_successor_is(world, armed, monkeypatch):
    old = await store_expiring(world, armed, monkeypatch)
    await armed.set_auto_recharge()
    await days_of_warnings(world, datetime(2026, 4, 10, tzinfo=UTC))
    await armed.store_card("pm_card_mastercard")
    await armed.remove_card(old["id"])
    await world.drain()
    assert (await days_of_warnings(world))[0] in {"04-10", "04-11"}
    assert "Mastercard" in (await emails(world))[-1][0]
