"""Operators dismiss items that will never be booked; the items are kept and can be replayed (R24)."""

import pytest

from tests.tenant import call, code_of, report

CHINA = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"
WHY = "the sender's test"


async def dismissed(world, tenant, **what):
    """The dismissed item of a call that cannot be booked."""
    await report(world, call(**what))
    [item] = await tenant.suspended()
    await tenant.dismiss(item["id"], WHY)
    return item["id"]


async def test_a_dismissed_item_is_not_open_and_shows_its_reason(world, tenant):
    await dismissed(world, tenant, seconds=90_000)
    assert await tenant.suspended() == []
    [item] = await tenant.suspended("dismissed")
    assert (item["reason"], item["detail"].endswith(f"; dismissed: {WHY}")) == ("too_long", True)


async def test_the_audit_does_not_require_a_booking_of_a_dismissed_item(world, tenant):
    await dismissed(world, tenant, seconds=90_000)
    assert await tenant.booked() == []
    assert await world.audit() == []


async def test_a_dismissed_item_stays_dismissed_when_it_is_sent_again(world, tenant):
    await dismissed(world, tenant, seconds=90_000)
    await report(world, call(seconds=90_000))
    assert await tenant.suspended() == []


async def test_dismissing_twice_keeps_the_first_reason(world, tenant):
    name = await dismissed(world, tenant, seconds=90_000)
    again = await tenant.dismiss(name, "another reason")
    assert again["detail"].endswith(WHY)


async def test_a_dismissed_item_can_be_replayed_when_its_cause_is_gone(world, tenant):
    name = await dismissed(world, tenant, called="+861012345678")
    assert (await tenant.replay(name))["state"] == "dismissed"
    [item] = await tenant.suspended("dismissed")
    assert item["detail"].endswith(WHY)
    await world.publish(CHINA)
    assert (await tenant.replay(name))["state"] == "replayed"
    assert await tenant.booked() == [("debit", "-1")]
    assert await world.audit() == []


async def test_a_booked_item_cannot_be_dismissed(world, tenant):
    await report(world, call("call-1"), call("call-1", 180))
    [item] = await tenant.suspended()
    await tenant.accept(item["id"])
    assert await code_of(tenant.dismiss(item["id"], WHY)) == "already_exists"


@pytest.mark.parametrize("words", ["", "  ", "x" * 501, "two\nlines", "\0", None, 5])
async def test_a_dismissal_needs_a_reason(world, tenant, words):
    await report(world, call(seconds=90_000))
    [item] = await tenant.suspended()
    assert await code_of(tenant.dismiss(item["id"], words)) == "invalid_request"
    assert len(await tenant.suspended()) == 1


async def test_a_reason_has_up_to_500_characters(world, tenant):
    await report(world, call(seconds=90_000))
    [item] = await tenant.suspended()
    assert (await tenant.dismiss(item["id"], "x" * 500))["detail"].endswith("x" * 500)


async def test_an_item_changed_during_the_dismissal_is_read_again_and_keeps_the_reason(world, tenant):
    await report(world, call(seconds=90_000))
    [item] = await tenant.suspended()
    change = world.services.suspense.change

    async def overtaken(_item):
        world.services.suspense.change = change
        return False

    world.services.suspense.change = overtaken
    assert (await tenant.dismiss(item["id"], WHY))["detail"].endswith(WHY)
    [item] = await tenant.suspended("dismissed")
    assert item["detail"].endswith(f"; dismissed: {WHY}")


async def test_an_unknown_item_is_not_found(tenant):
    assert await code_of(tenant.dismiss("no-such-item", WHY)) == "not_found"
