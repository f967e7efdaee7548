"""What is true audits clean: after a rich story, at every step of it, and while calls are being booked (R25)."""

import asyncio

import pytest

from shared.audit.finding import Finding
from shared.use_cases.accounts.audit_accounts import audit_account, audit_accounts
from tests.audit.books import Books, full_scenario
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd

KINDS = {"grant", "purchase", "recharge", "debit", "correction", "expiry"}


async def test_a_rich_story_leaves_nothing_to_find(books):
    assert await books.audit() == []


async def test_the_story_is_rich(books):
    """Else the falsifications below would falsify nothing."""
    tenant = books.tenant
    assert {kind for kind, _ in await tenant.booked()} == KINDS
    assert {lot["state"] for lot in await tenant.lots()} == {"open", "spent", "expired"}
    assert set(await tenant.reasons()) == {"unreadable", "no_rate", "unknown_account"}
    for prefix in ("a:lot:", "a:intent:", "a:settings", "h:lot:", "h:intent:", "m:", "j:"):
        assert books.keys(prefix), prefix
    assert books.world.ledger.partitions["unattributed"]


async def test_every_commit_of_the_story_leaves_a_book_that_is_true(world, tenant):
    """Audited behind every transaction, as somebody would who looks at any moment."""
    found: list[Finding] = []

    async def looked_at(verb, partition, _writes):
        if verb == "transact" and partition == tenant.account:
            world.ledger.after = None
            found.extend(await audit_account(world.services, partition))
            world.ledger.after = looked_at

    world.ledger.after = looked_at
    await full_scenario(tenant)
    assert found == []


async def test_there_is_nothing_to_find_where_there_is_nothing(world):
    assert await world.audit() == []


async def test_an_account_that_was_registered_and_never_opened_is_no_error(world):
    await world.services.registry.add(OTHER)
    assert await world.audit() == []


async def test_an_alarm_that_is_answered_while_the_audit_looks_is_not_lost(world, tenant):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=2, hour=0)
    looked_after: list[bool] = []

    async def meanwhile(verb, _partition, _key):
        if verb == "get" and not looked_after:
            looked_after.append(True)
            await world.tick()

    world.alarms.before = meanwhile
    assert await world.audit() == []
    assert looked_after


@pytest.mark.parametrize("response_rows", [1000, 7])
async def test_while_calls_are_booked_and_lots_come_and_go_the_audit_finds_nothing(
    world, tenant, monkeypatch, response_rows
):
    """Rows that come in many responses are of many instants; what is not as of one commit must not be judged as one."""
    monkeypatch.setattr("tests.fakes.table.RESPONSE_ROWS", response_rows)
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("10"))
    there = Tenant(world)
    done = False

    async def calls():
        for number in range(25):
            world.services = world.process() if number % 10 == 0 else world.services
            await report(world, [call(f"{number}.{part}", called=BOSTON, seconds=600) for part in range(4)])
            await report(world, call(f"{number}.0", called=BOSTON, seconds=60), call(f"{number}.9", direction="up"))
            for item in await there.suspended():
                await (there.accept if item["reason"] == "conflict" else there.replay)(item["id"])
            await there.grant("1", f"PO-{number}")
            world.clock.forward(seconds=number % 3)
            await world.drain()

    async def audits():
        found: list[Finding] = []
        services = world.process()
        while not done:
            found += await audit_accounts(services)
            await asyncio.sleep(0)
        return found

    auditing = asyncio.create_task(audits())
    await calls()
    done = True
    assert await auditing == []
    assert await world.audit() == []
    assert len(Books(tenant).keys("h:lot:")) > 20
