"""What an item in suspense shows, and that one message is one item (R24)."""

import json

import pytest

from tests.tenant import BOSTON, OTHER, Tenant, call, event, report

OF_A_STRANGER = call(account="5f0c1f9e-0000-4000-8000-00000000dead")


@pytest.mark.parametrize(
    "message",
    [call(account="contoso"), event("call-1", call()["data"], type=...), event("call-1", None)],
    ids=["account", "type", "data"],
)
async def test_an_event_of_no_known_account_is_listed_with_its_source_and_id(world, tenant, message):
    await report(world, message)
    (item,) = await tenant.suspended()
    assert (item["account"], item["event"]) == (None, {"source": call()["source"], "id": "call-1"})


async def test_an_item_shows_source_id_and_the_complete_message(world, tenant):
    await report(world, call(called="+861012345678"))
    (item,) = await tenant.suspended()
    assert json.loads(item.pop("message")) == call(called="+861012345678")
    assert item.pop("id")
    assert item == {
        "reason": "no_rate",
        "detail": "the rate card in force when the call began has no prefix for the called number",
        "receivedAt": "2026-03-01T12:00:00Z",
        "account": tenant.account,
        "event": {"source": "urn:example:sbc-1", "id": "call-1"},
        "state": "open",
    }


async def test_the_list_is_in_order_of_receipt_and_stable_while_items_are_added(world, tenant):
    for number in range(3):
        world.clock.forward(seconds=1)
        await report(world, call(f"call-{number}", direction="up"), f"junk {number}".encode())
    first = await tenant.suspended()
    world.clock.forward(seconds=1)
    await report(world, b"more junk")
    assert (await tenant.suspended())[:6] == first
    assert [item["receivedAt"] for item in first] == sorted(item["receivedAt"] for item in first)


@pytest.mark.parametrize("message", [b"junk", [7, 7], call(direction="up"), OF_A_STRANGER, call(account="no")])
async def test_the_same_unbookable_message_again_is_the_same_item(world, tenant, message):
    await report(world, message)
    world.clock.forward(minutes=7)
    await report(world, message, message)
    assert len(await tenant.suspended()) == 1


async def test_suspended_usage_costs_nothing_and_is_shown_for_its_account_only(world, tenant):
    other = Tenant(world, OTHER)
    await other.open()
    await tenant.grant("100")
    await report(world, call(called="+861012345678"), OF_A_STRANGER, b"junk", call("fine", called=BOSTON))
    assert await tenant.balance() == "99.4"
    assert await other.booked() == []
    assert await world.audit() == []
