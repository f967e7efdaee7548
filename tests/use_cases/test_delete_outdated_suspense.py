"""Suspense deletes an item 90 days after it is closed, or after 400 days, and the audit still passes (R27)."""

from datetime import timedelta

import pytest

from shared.use_cases.suspense.delete_outdated_suspense import delete_outdated_suspense
from tests.tenant import call, report

CHINA = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"
UNPRICED = {"called": "+861012345678"}


@pytest.fixture
async def dismissed(world, tenant):
    """A call that an operator dismissed on the day of its receipt."""
    await report(world, call(seconds=90_000))
    (item,) = await tenant.suspended()
    await tenant.dismiss(item["id"], "a test")
    return item["id"]


async def remaining(tenant):
    return [item for state in ("open", "replayed", "accepted", "dismissed") for item in await tenant.suspended(state)]


async def test_a_dismissed_item_is_deleted_after_ninety_days(world, tenant, dismissed):
    world.clock.forward(days=90)
    assert await delete_outdated_suspense(world.services) == 0
    assert [item["id"] for item in await remaining(tenant)] == [dismissed]
    world.clock.forward(seconds=1)
    assert await delete_outdated_suspense(world.services) == 1
    assert await remaining(tenant) == []


async def test_a_replayed_item_is_deleted_ninety_days_after_its_replay(world, tenant):
    await report(world, call(**UNPRICED))
    (item,) = await tenant.suspended()
    world.clock.forward(days=80)
    await world.publish(CHINA)
    await tenant.replay(item["id"])
    await world.tick(minutes=1)
    world.clock.forward(days=89)
    assert await delete_outdated_suspense(world.services) == 0
    world.clock.forward(days=2)
    assert await delete_outdated_suspense(world.services) == 1
    assert await world.audit() == []


async def test_an_accepted_conflict_is_deleted_after_ninety_days(world, tenant):
    await report(world, call(), call(seconds=600))
    (item,) = await tenant.suspended()
    await tenant.accept(item["id"])
    world.clock.forward(days=91)
    assert await delete_outdated_suspense(world.services) == 1


async def test_an_open_item_is_deleted_after_four_hundred_days_with_a_warning(world, tenant, caplog):
    await report(world, call(**UNPRICED), b"junk")
    world.clock.forward(days=399)
    assert await delete_outdated_suspense(world.services) == 0
    world.clock.forward(days=2)
    assert await delete_outdated_suspense(world.services) == 2
    assert "2 of the deleted items were open" in caplog.text
    assert await remaining(tenant) == []


async def test_the_audit_does_not_report_items_that_were_due_for_deletion(world, dismissed):
    world.clock.forward(days=91)
    await delete_outdated_suspense(world.services)
    assert await world.services.suspense.get(dismissed) is None
    assert await world.audit() == []


async def test_the_audit_reports_items_that_are_lost_too_early(world, tenant, dismissed):
    world.clock.forward(days=91)
    await report(world, call("later", seconds=90_000, startedAt="2026-05-30T12:00:00Z"))
    await delete_outdated_suspense(world.services)
    (later,) = await tenant.suspended()
    del world.suspense.partitions["items"][later["id"]]
    (finding,) = await world.audit()
    assert "its item is not in suspense" in finding
    assert dismissed not in finding


async def test_the_audit_reports_lost_items_that_no_timer_has_deleted(world, dismissed):
    world.clock.forward(days=500)
    del world.suspense.partitions["items"][dismissed]
    (finding,) = await world.audit()
    assert "its item is not in suspense" in finding


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(("later", "findings"), [(timedelta(), 1), (timedelta(microseconds=1), 0)])
async def test_the_audit_misses_what_came_at_the_instant_since_which_all_is_kept(world, later, findings):
    await report(world, call(**UNPRICED))
    received = world.clock.now()
    world.suspense.partitions["items"].clear()

    async def kept_since():
        return received + later

    world.services.suspense.kept_since = kept_since
    assert len(await world.audit()) == findings
