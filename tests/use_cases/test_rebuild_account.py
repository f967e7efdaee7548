"""Rebuilding an account with a lost head from its pages, which is refused if the pages are broken (R25)."""

from dataclasses import replace

import pytest

from shared.kernel.ids import AccountId
from shared.posting.journal.restore import StillThereError
from shared.use_cases.accounts.catch_up import wake_due
from shared.use_cases.accounts.rebuild_account import NotRebuildableError, rebuild_account
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant, call, report


@pytest.fixture
async def rows(world, tenant):
    """An account with a lot and a call whose head and alarm are lost, and its original rows."""
    await tenant.grant("10")
    await report(world, call())
    rows = world.ledger.partitions[ACCOUNT]
    del rows["a:head"]
    world.alarms.partitions.clear()
    world.services = world.process()
    return rows


async def test_the_organisations_name_is_rebuilt_from_the_pages(world):
    tenant = Tenant(world, OTHER)
    await tenant.open(name="Contoso")
    await tenant.grant("10")
    rows = world.ledger.partitions[OTHER]
    before = {key: row.values for key, row in rows.items() if not key.startswith("o:")}
    world.ledger.partitions[OTHER] = {key: row for key, row in rows.items() if key.startswith("j:")}
    world.services = world.process()
    await rebuild_account(world.services, AccountId(OTHER))
    assert {key: row.values for key, row in world.ledger.partitions[OTHER].items()} == before
    assert (await tenant.open(name="Contoso")).status == 201
    assert await world.audit() == []


async def test_the_audit_finds_a_name_that_differs_from_the_pages(world):
    await Tenant(world, OTHER).open(name="Contoso")
    row = world.ledger.partitions[OTHER]["a:terms"]
    forged = {**row.values, "terms": str(row.values["terms"]).replace("Contoso", "Fabrikam")}
    world.ledger.partitions[OTHER]["a:terms"] = replace(row, values=forged)
    world.services = world.process()
    (finding,) = await world.audit()
    assert "a:head: terms" in finding


async def test_lost_rows_are_rebuilt_and_counted_and_the_audit_finds_nothing(world, tenant, rows):
    del rows[next(key for key in rows if key.startswith("a:lot:"))]
    rebuilt = await rebuild_account(world.services, AccountId(ACCOUNT))
    assert (rebuilt.rows, rebuilt.are_administrators_lost) == (2, False)
    assert await tenant.balance() == "9.98"
    assert await world.audit() == []


@pytest.mark.usefixtures("rows")
async def test_a_rebuilt_account_has_its_alarm_again(world):
    await rebuild_account(world.services, AccountId(ACCOUNT))
    book = await world.services.book(AccountId(ACCOUNT))
    (alarms,) = [rows for rows in world.alarms.partitions.values() if rows]
    assert [key.split("|")[0] for key in alarms] == [f"{book.position.next_alarm:%Y-%m-%dT%H:%M:%SZ}"]


@pytest.mark.usefixtures("tenant")
async def test_a_rebuilt_account_without_pending_work_is_caught_up_a_minute_later(world):
    del world.ledger.partitions[ACCOUNT]["a:head"]
    world.alarms.partitions.clear()
    await rebuild_account(world.services, AccountId(ACCOUNT))
    world.clock.forward(seconds=59)
    assert await wake_due(world.services) == 0
    world.clock.forward(seconds=1)
    assert await wake_due(world.services) == 1


@pytest.mark.parametrize("page", [2, 3])
async def test_nothing_is_rebuilt_from_broken_pages_and_the_error_names_the_flaw(world, rows, page):
    if page == 2:
        del rows["j:000000000002"]
    else:
        rows["j:000000000003"] = rows["j:000000000002"]
    before = dict(rows)
    with pytest.raises(NotRebuildableError, match="page") as raised:
        await rebuild_account(world.services, AccountId(ACCOUNT))
    assert raised.value.findings
    assert all(finding.account == ACCOUNT for finding in raised.value.findings)
    assert str(raised.value) == "; ".join(str(finding) for finding in raised.value.findings)
    assert rows == before


async def test_without_pages_there_is_nothing_to_rebuild(world, rows):
    rows.clear()
    with pytest.raises(NotRebuildableError):
        await rebuild_account(world.services, AccountId(ACCOUNT))
    assert not rows


@pytest.mark.usefixtures("tenant")
async def test_an_account_in_use_is_not_rebuilt(world):
    with pytest.raises(StillThereError):
        await rebuild_account(world.services, AccountId(ACCOUNT))
    assert await world.audit() == []


async def test_a_rebuilt_account_is_audited_whole_although_fewer_pages_are_left_than_were_proved(world, tenant):
    await tenant.grant("10")
    older = dict(world.ledger.partitions[ACCOUNT])
    await tenant.grant("1", "PO-2")
    await world.night()
    world.ledger.partitions[ACCOUNT] = older
    assert ["pages up to" in finding for finding in await world.audit()] == [True]
    del older["a:head"]
    await rebuild_account(world.services, AccountId(ACCOUNT))
    assert await world.audit() == []
