"""The current code reads, continues, audits and finishes the stored state of earlier versions."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.views.balance import read_account
from tests.fakes.world import ACCOUNT, World
from tests.tenant import OTHER, Tenant, call, report
from tests.upgrade.kept import recall
from tests.upgrade.recorder import LATER, NOBODY, THIRD

RECORDED = sorted(Path(__file__).parent.glob("version-*.json"))


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recorded(request):
    return request.param


@pytest.fixture
async def left(recorded):
    """A world with the stored state of an earlier version."""
    world = World()
    await world.publish()
    recall(world, recorded)
    return world


def test_the_recorded_rows_contain_every_kind(recorded):
    kept = json.loads(recorded.read_text())
    assert {queue for queue, _ in kept["queues"]} == {"usage", "recharges", "notices", "wakeups"}
    keys = [key for rows in kept["tables"]["ledger"].values() for key in rows]
    kinds = {"a:head", "a:settings", "a:lot:", "h:lot:", "h:intent:", "j:", "m:", "o:"}
    assert {kind for kind in kinds if any(key.startswith(kind) for key in keys)} == kinds
    slots = [json.loads(rows["a:head"]["slot"])["state"] for rows in kept["tables"]["ledger"].values()]
    assert Counter(slots) == {"wanted": 2, "declined": 1, "idle": 1}


async def test_the_audit_finds_nothing_in_the_recorded_rows(left):
    assert await left.audit() == []


async def test_the_balance_is_unchanged_by_the_upgrade(left):
    assert await Tenant(left).balance() == "49.97"
    assert await Tenant(left).booked() == [
        ("grant", "0.01"),
        ("debit", "-0.04"),
        ("purchase", "50"),
        ("grant", "1"),
        ("debit", "-0.02"),
        ("debit", "0"),
        ("debit", "-0.02"),
        ("correction", "-0.04"),
        ("expiry", "-0.92"),
    ]


async def test_work_in_flight_is_finished_once(left):
    await finish(left)
    debits = ["-0.04", "-0.02", "0", "-0.02", *["-0.02"] * 3]
    assert await Tenant(left).booked("debit") == [("debit", amount) for amount in debits]
    for account in (ACCOUNT, OTHER, THIRD):
        assert [kind for kind, _ in await Tenant(left, account).booked("recharge")] == ["recharge"], account
        assert (await Tenant(left, account).auto_recharge())["slot"] == "idle"
    assert Counter(payment.state for payment in left.payments.payments.values()) == {"succeeded": 4, "cancelled": 1}
    assert len([email for email in left.mail.emails if "failed" in email.subject]) == 1
    assert not [key for rows in left.ledger.partitions.values() for key in rows if key.startswith("o:")]
    assert await left.audit() == []


async def test_an_account_of_that_version_has_no_name_and_its_emails_show_the_id(left):
    await finish(left)
    for account in (ACCOUNT, OTHER, THIRD):
        shown: Any = (await Tenant(left, account).request(read_account)).value
        assert shown["name"] is None
    assert left.mail.emails
    assert all(re.search(rf"Account: ({ACCOUNT}|{OTHER}|{THIRD})\n", email.text) for email in left.mail.emails)


async def test_repeated_usage_is_recognised(left, recorded):
    await finish(left)
    before = await Tenant(left).movements()
    again = [text.encode() for queue, text in json.loads(recorded.read_text())["queues"] if queue == "usage"]
    await report(left, *again, call("overdrawn", 120), call("free", 0))
    assert await Tenant(left).movements() == before


async def test_repeated_usage_with_fields_unknown_to_0_1_0_is_recognised(left):
    before = await Tenant(left).movements()
    more = {"capability": "MCOPSTN1", "usageLocation": "GB"}
    await report(left, call("overdrawn", 120.0, **more), call("free", 0, calling="anonymous"))
    await report(left, call("corrected", 180), call("corrected", **more), call("too long", 90_000, **LATER, **more))
    assert await Tenant(left).movements() == before
    assert "conflict" not in await Tenant(left).reasons()


async def test_suspended_usage_can_be_replayed(left):
    await Tenant(left, NOBODY).open(usageFrom="2026-03-01T00:00:00Z")
    [item] = [item for item in await Tenant(left).suspended() if item["account"] == NOBODY]
    assert (await Tenant(left).replay(item["id"]))["state"] == "replayed"
    assert await Tenant(left, NOBODY).booked() == [("debit", "-0.02")]


async def test_an_account_is_rebuilt_from_its_pages(left):
    rows = left.ledger.partitions[ACCOUNT]
    before = {key: row.values for key, row in rows.items() if not key.startswith("o:")}
    left.ledger.partitions[ACCOUNT] = {key: row for key, row in rows.items() if key.startswith("j:")}
    await rebuild_account(left.services, AccountId(ACCOUNT))
    assert {key: row.values for key, row in left.ledger.partitions[ACCOUNT].items()} == before


async def finish(world):
    """Process every message, and everything that is due within three hours."""
    await world.drain()
    for _ in range(3):
        await world.tick(hours=1)
    assert not world.queues.waiting
