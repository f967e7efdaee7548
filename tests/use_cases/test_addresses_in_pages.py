"""No page contains an administrator's address; a rebuild takes it from the settings row, or reports the loss (R27)."""

import json

import pytest

from shared.kernel.ids import AccountId
from shared.ports import Row
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.views.settings import read_administrators
from tests.tenant import OTHER, Tenant, call, report

ANN = {"address": "ann@example.com", "roles": ["billing"]}
BOB = {"address": "bob@example.com", "roles": ["global"]}


@pytest.fixture
async def told(tenant):
    """An account with an administrator, a card, and a cent."""
    await tenant.set_administrators(ANN)
    await tenant.store_card()
    await tenant.grant("0.01")
    return tenant


def rows_of(world, tenant):
    return world.ledger.partitions[tenant.account]


def pages(world, tenant):
    return json.dumps([dict(row.values) for key, row in rows_of(world, tenant).items() if key.startswith("j:")])


def lose(world, tenant, *kept):
    """Delete all rows except pages and rows whose keys begin with one of *kept*."""
    rows = rows_of(world, tenant)
    world.ledger.partitions[tenant.account] = {key: row for key, row in rows.items() if key.startswith(("j:", *kept))}


async def administrators(tenant):
    return [entry["address"] for entry in (await tenant.request(read_administrators)).value]


async def rebuild(world, tenant):
    rebuilt = await rebuild_account(world.services, AccountId(tenant.account))
    tenant.world.services = world.process()
    return rebuilt


async def test_no_page_contains_an_address(world, told):
    await told.set_administrators(ANN, BOB)
    assert await administrators(told) == ["ann@example.com", "bob@example.com"]
    assert "example.com" not in pages(world, told)
    assert await world.audit() == []


async def test_equal_lists_of_administrators_have_different_digests(world, told):
    other = Tenant(world, OTHER)
    await other.open()
    await other.set_administrators(ANN)
    await told.set_administrators(ANN)
    found = [row.values["p0"] for each in (told, other) for key, row in rows_of(world, each).items() if key[:2] == "j:"]
    facts = [json.loads(text) for text in found]
    digests = [page["settings"]["administrators"][0]["digest"] for page in facts if "settings" in page]
    assert len(set(digests)) == 3  # the first setting, the second, and that of the other account


async def test_the_salt_of_the_digest_is_only_in_the_settings_row(world, told):
    salt = json.loads(str(rows_of(world, told)["a:settings"].values["settings"]))["administrators_salt"]
    assert len(salt) == 32
    assert salt not in pages(world, told)


async def test_a_rebuild_uses_the_addresses_in_the_remaining_settings_row(world, told):
    before = {key: row.values for key, row in rows_of(world, told).items() if not key.startswith("o:")}
    lose(world, told, "a:settings")
    assert not (await rebuild(world, told)).are_administrators_lost
    assert {key: row.values for key, row in rows_of(world, told).items()} == before
    assert await administrators(told) == ["ann@example.com"]
    assert await world.audit() == []


@pytest.mark.parametrize("text", ["{", '{"administrators": 1}', "[]"])
async def test_unreadable_settings_count_as_lost(world, told, text):
    lose(world, told)
    rows_of(world, told)["a:settings"] = Row("a:settings", "x", {"settings": text})
    assert (await rebuild(world, told)).are_administrators_lost
    assert await told.booked() == [("grant", "0.01")]


async def test_altered_settings_are_not_used(world, told):
    row = rows_of(world, told)["a:settings"]
    lose(world, told)
    altered = str(row.values["settings"]).replace("ann@", "eve@")
    rows_of(world, told)["a:settings"] = Row("a:settings", row.etag, {"settings": altered})
    assert (await rebuild(world, told)).are_administrators_lost
    assert await administrators(told) == []


async def test_without_the_settings_row_the_account_works_and_the_audit_reports_the_administrators(world, told, caplog):
    lose(world, told)
    assert (await rebuild(world, told)).are_administrators_lost
    await report(world, call())
    await world.drain()
    assert await told.balance() == "0"
    assert world.mail.emails == []
    assert "reaches nobody: the addresses are lost" in caplog.text
    (finding,) = await world.audit()
    assert "a:settings" in finding
    assert "enter the administrators again" in finding


async def test_administrators_entered_again_are_notified_and_the_audit_finds_nothing(world, told):
    lose(world, told)
    await rebuild(world, told)
    await told.store_card("pm_card_mastercard")  # another change of the settings keeps it
    assert len(await world.audit()) == 1
    read = await told.request(read_administrators)
    assert read.value == []
    await told.set_administrators(BOB, etag=read.headers["ETag"])
    assert await world.audit() == []
    await report(world, call())
    await world.drain()
    assert [email.to for email in world.mail.emails] == [("bob@example.com",)]
