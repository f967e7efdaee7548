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
async def notified(tenant):
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


async def test_no_page_contains_an_address(world, notified):
    await notified.set_administrators(ANN, BOB)
    assert await administrators(notified) == ["ann@example.com", "bob@example.com"]
    assert "example.com" not in pages(world, notified)
    assert await world.audit() == []


async def test_equal_lists_of_administrators_have_different_digests(world, notified):
    other = Tenant(world, OTHER)
    await other.open()
    await other.set_administrators(ANN)
    await notified.set_administrators(ANN)
    found = [
        row.values["p0"] for each in (notified, other) for key, row in rows_of(world, each).items() if key[:2] == "j:"
    ]
    facts = [json.loads(text) for text in found]
    digests = [page["settings"]["administrators"][0]["digest"] for page in facts if "settings" in page]
    assert len(set(digests)) == 3  # the first setting, the second, and that of the other account


async def test_the_salt_of_the_digest_is_only_in_the_settings_row(world, notified):
    salt = json.loads(str(rows_of(world, notified)["a:settings"].values["settings"]))["administrators_salt"]
    assert len(salt) == 32
    assert salt not in pages(world, notified)


async def test_a_rebuild_uses_the_addresses_in_the_remaining_settings_row(world, notified):
    before = {key: row.values for key, row in rows_of(world, notified).items() if not key.startswith("o:")}
    lose(world, notified, "a:settings")
    assert not (await rebuild(world, notified)).are_administrators_lost
    assert {key: row.values for key, row in rows_of(world, notified).items()} == before
    assert await administrators(notified) == ["ann@example.com"]
    assert await world.audit() == []


@pytest.mark.parametrize("text", ["{", '{"administrators": 1}', "[]"])
async def test_unreadable_settings_count_as_lost(world, notified, text):
    lose(world, notified)
    rows_of(world, notified)["a:settings"] = Row("a:settings", "x", {"settings": text})
    assert (await rebuild(world, notified)).are_administrators_lost
    assert await notified.booked() == [("grant", "0.01")]


async def test_altered_settings_are_not_used(world, notified):
    row = rows_of(world, notified)["a:settings"]
    lose(world, notified)
    altered = str(row.values["settings"]).replace("ann@", "eve@")
    rows_of(world, notified)["a:settings"] = Row("a:settings", row.etag, {"settings": altered})
    assert (await rebuild(world, notified)).are_administrators_lost
    assert await administrators(notified) == []


async def test_without_the_settings_row_the_account_works_and_the_audit_reports_the_administrators(
    world, notified, caplog
):
    lose(world, notified)
    assert (await rebuild(world, notified)).are_administrators_lost
    await report(world, call())
    await world.drain()
    assert await notified.balance() == "0"
    assert world.mail.emails == []
    assert "reaches nobody: the addresses are lost" in caplog.text
    (finding,) = await world.audit()
    assert "a:settings" in finding
    assert "enter the administrators again" in finding


async def test_administrators_entered_again_are_notified_and_the_audit_finds_nothing(world, notified):
    lose(world, notified)
    await rebuild(world, notified)
    await notified.store_card("pm_card_mastercard")  # another change of the settings keeps it
    assert len(await world.audit()) == 1
    read = await notified.request(read_administrators)
    assert read.value == []
    await notified.set_administrators(BOB, etag=read.headers["ETag"])
    assert await world.audit() == []
    await report(world, call())
    await world.drain()
    assert [email.to for email in world.mail.emails] == [("bob@example.com",)]
