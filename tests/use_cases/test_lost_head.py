"""An account's head is lost while a process has it cached: usage is suspended, and booked after the rebuild."""

import json

import pytest

from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.journal.keys import UNATTRIBUTED
from shared.posting.loop import account_loop
from shared.use_cases.accounts import open_account
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.usage import record_usage, suspend
from tests.fakes.world import request
from tests.tenant import OTHER, call, code_of, report

TOO_LONG = 90_000


@pytest.fixture
async def headless(world, tenant):
    """An account that is cached in this process."""
    await tenant.grant("10")
    await report(world, call("before"))
    del world.ledger.partitions[tenant.account]["a:head"]
    return tenant


@pytest.mark.parametrize("seconds", [60, TOO_LONG], ids=["bookable", "not bookable"])
async def test_usage_of_an_account_with_a_lost_head_is_suspended(world, headless, seconds):
    await report(world, call("meanwhile", seconds))
    [item] = await headless.suspended()
    assert (item["reason"], item["detail"]) == ("unknown_account", "the account's head is lost")


async def test_after_the_rebuild_usage_is_booked_once_by_replay_or_repetition(world, headless):
    await report(world, call("meanwhile"), call("sent again"))
    await rebuild_account(world.services, AccountId(headless.account))
    await report(world, call("sent again"))
    for item in await headless.suspended():
        assert (await headless.replay(item["id"]))["state"] == "replayed"
    assert await headless.booked("debit") == [("debit", "-0.02")] * 3
    await world.drain()
    assert await world.audit() == []


async def test_an_item_is_not_replayed_before_the_rebuild(world, headless):
    await report(world, call("meanwhile"))
    [item] = await headless.suspended()
    assert (await headless.replay(item["id"]))["detail"] == "the account's head is lost"


async def test_a_conflict_is_not_accepted_before_the_rebuild(world, headless):
    await rebuild_account(world.services, AccountId(headless.account))
    await report(world, call("before", 600))
    [item] = await headless.suspended()
    del world.ledger.partitions[headless.account]["a:head"]
    assert await code_of(headless.accept(item["id"])) == "not_found"
    await rebuild_account(world.services, AccountId(headless.account))
    assert (await headless.accept(item["id"]))["state"] == "accepted"
    assert await headless.balance() == "9.8"
    await world.drain()
    assert await world.audit() == []


async def test_a_conflict_whose_accounts_head_is_lost_during_the_acceptance_stays_open(world, tenant, monkeypatch):
    await tenant.grant("10")
    await report(world, call("call"))
    real = suspend.suspend

    async def beheaded(*words, **more):
        world.ledger.partitions[tenant.account].pop("a:head", None)
        return await real(*words, **more)

    monkeypatch.setattr("shared.use_cases.usage.record_items.suspend", beheaded)
    await report(world, call("call", 120))
    [item] = await tenant.suspended()
    assert item["detail"] == "the account's head is lost"


@pytest.fixture
def _no_pauses(monkeypatch):
    monkeypatch.setattr(account_loop, "PAUSE_SECONDS", (0, 0, 0))


@pytest.mark.usefixtures("_no_pauses")
async def test_an_account_with_pages_is_not_opened_again_and_the_answer_is_to_retry(world, headless):
    body = {"account": headless.account, "currency": "USD", "country": "US"}
    with pytest.raises(UnavailableError, match="to be rebuilt"):
        await open_account.open_account(world.process(), request(body=json.dumps(body)))


@pytest.mark.usefixtures("_no_pauses")
async def test_usage_of_unknown_accounts_stays_in_its_queue_while_their_partition_has_no_head(world):
    await report(world, call("first", account=OTHER))
    del world.ledger.partitions[UNATTRIBUTED]["a:head"]
    other = world.process()
    with pytest.raises(UnavailableError, match="to be rebuilt"):
        await record_usage.record_usage(other, json.dumps(call("second", account=OTHER)).encode())
    await rebuild_account(world.services, UNATTRIBUTED)
    await record_usage.record_usage(other, json.dumps(call("second", account=OTHER)).encode())
    await world.drain()
    assert await world.audit() == []


async def test_usage_that_fits_into_no_commit_is_not_treated_as_of_an_unknown_account(world, tenant, monkeypatch):
    monkeypatch.setattr("shared.posting.loop.group.TRANSACTION_ROWS", 1)
    with pytest.raises(AssertionError, match="too_many_lots"):
        await report(world, call())
    monkeypatch.undo()
    assert await tenant.suspended() == []
    await report(world, call())
    assert await tenant.booked("debit") == [("debit", "-0.02")]
