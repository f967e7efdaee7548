"""An account's head is lost while a process knows the account: its usage waits, and is booked after the rebuild."""

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.rebuild_account import rebuild_account
from tests.tenant import call, report

TOO_LONG = 90_000


@pytest.fixture
async def headless(world, tenant):
    """An account that this process has just booked for."""
    await tenant.grant("10")
    await report(world, call("before"))
    del world.ledger.partitions[tenant.account]["a:head"]
    return tenant


@pytest.mark.parametrize("seconds", [60, TOO_LONG], ids=["bookable", "not bookable"])
async def test_usage_for_it_is_not_lost_but_waits(world, headless, seconds):
    await report(world, call("meanwhile", seconds))
    [item] = await headless.suspended()
    assert (item["reason"], item["detail"]) == ("unknown_account", "the account's head is lost")


async def test_after_the_rebuild_it_is_booked_once_by_replay_or_when_it_is_sent_again(world, headless):
    await report(world, call("meanwhile"), call("sent again"))
    await rebuild_account(world.services, AccountId(headless.account))
    await report(world, call("sent again"))
    for item in await headless.suspended():
        assert (await headless.replay(item["id"]))["state"] == "replayed"
    assert await headless.booked("debit") == [("debit", "-0.02")] * 3
    await world.drain()
    assert await world.audit() == []
