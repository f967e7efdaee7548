"""Concurrent decisions of operators about one item: its state matches what was booked (R24)."""

import pytest

from tests.tenant import call, code_of, report

CHINA = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"


@pytest.fixture
async def no_rate(world, tenant):
    """A suspended call without a rate, for which there is a rate now."""
    await report(world, call(called="+861012345678"))
    await world.publish(CHINA)
    (item,) = await tenant.suspended()
    return item["id"]


@pytest.fixture
async def conflict(world, tenant):
    await tenant.grant("100")
    await report(world, call(), call(seconds=600))
    (item,) = await tenant.suspended()
    return item["id"]


def first(world, other):
    """Run *other* before the next change of an item is stored."""

    async def before(verb, partition, _what):
        if (verb, partition) == ("transact", "items"):
            world.suspense.before = None
            await other

    world.suspense.before = before


def dismissed(tenant, item):
    return tenant.dismiss(item, "a test")


async def state_of(world, item):
    return (await world.services.suspense.get(item)).state


async def test_an_item_replayed_meanwhile_is_not_dismissed(world, tenant, no_rate):
    first(world, tenant.replay(no_rate))
    assert await code_of(dismissed(tenant, no_rate)) == "already_exists"
    assert await state_of(world, no_rate) == "replayed"
    assert await tenant.booked() == [("debit", "-1")]


async def test_an_item_accepted_meanwhile_is_not_dismissed(world, tenant, conflict):
    first(world, tenant.accept(conflict))
    assert await code_of(dismissed(tenant, conflict)) == "already_exists"
    assert await state_of(world, conflict) == "accepted"


async def test_an_item_dismissed_meanwhile_counts_as_replayed_if_it_was_booked(world, tenant, no_rate):
    first(world, dismissed(tenant, no_rate))
    assert (await tenant.replay(no_rate))["state"] == "replayed"
    assert await tenant.booked() == [("debit", "-1")]
    assert await tenant.reasons("dismissed") == []


async def test_an_item_dismissed_meanwhile_stays_dismissed_if_it_was_not_booked(world, tenant, conflict):
    first(world, dismissed(tenant, conflict))
    assert (await tenant.replay(conflict))["state"] == "dismissed"
    (item,) = await tenant.suspended("dismissed")
    assert item["detail"].endswith("; dismissed: a test")


async def test_an_accepted_item_stays_accepted_after_a_failed_replay(world, tenant, conflict):
    first(world, tenant.accept(conflict))
    assert (await tenant.replay(conflict))["state"] == "accepted"
    assert await state_of(world, conflict) == "accepted"


async def test_an_item_dismissed_during_its_acceptance_is_corrected_once(world, tenant, conflict):
    first(world, dismissed(tenant, conflict))
    assert (await tenant.accept(conflict))["state"] == "accepted"
    assert await tenant.booked("correction") == [("correction", "-0.18")]
    assert await world.audit() == []
