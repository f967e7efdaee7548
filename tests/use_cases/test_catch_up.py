"""Looking after an account: everything that is due is done, and only then is its alarm dropped (DESIGN 4, ALARM)."""

import json
from datetime import timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.ledger.expire import LAPSES_MAX
from shared.ports import OutcomeUnknownError, RowChangedError, UnavailableError
from shared.posting.alarm import Alarm
from shared.posting.journal.keys import shard_of
from shared.use_cases.accounts.catch_up import catch_up, wake_due
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd


def alarms(world):
    """Every alarm there is: (instant, account)."""
    return sorted(tuple(key.split("|")) for rows in world.alarms.partitions.values() for key in rows)


def wakeups(world):
    return [text.encode() for queue, text in world.queues.waiting if queue == "wakeups"]


def head_of(world):
    return world.ledger.partitions[ACCOUNT]["a:head"]


def pages_of(world):
    return [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("j:")]


@pytest.mark.usefixtures("tenant")
async def test_an_account_that_waits_for_nothing_has_no_alarm(world):
    await report(world, call())
    await world.tick(minutes=2)
    assert alarms(world) == []


async def test_only_accounts_whose_alarm_is_due_are_woken(world, tenant):
    other = Tenant(world, OTHER)
    await other.open()
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    await other.grant("1", expiresAt="2026-03-02T00:00:01Z")
    world.clock.time = world.clock.time.replace(day=2, hour=0)
    assert await wake_due(world.services) == 1
    assert [json.loads(text) for text in wakeups(world)] == [
        {"account": tenant.account, "alarm": "2026-03-02T00:00:00Z"}
    ]


async def test_an_alarm_is_for_a_whole_second_at_or_after_what_it_is_for(world, tenant):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00.000001Z")
    assert alarms(world) == [("2026-03-02T00:00:01Z", tenant.account)]


async def test_of_many_things_that_are_waited_for_the_earliest_has_the_alarm(world, tenant):
    for day in (9, 5, 7):
        await tenant.grant("1", f"PO-{day}", expiresAt=f"2026-03-0{day}T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=4)
    await world.tick()
    assert min(alarms(world)) == ("2026-03-05T00:00:00Z", tenant.account)
    assert await world.audit() == []


async def test_a_look_at_which_nothing_is_due_writes_the_head_and_no_page(world, tenant):
    """That ends every attempt which was decided earlier and may still land."""
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    head, pages = head_of(world), pages_of(world)
    early = Alarm(tenant.account, world.clock.time)
    await world.services.alarms.set(early)
    await world.tick()
    assert pages_of(world) == pages
    assert head_of(world).values == head.values
    assert head_of(world).etag != head.etag
    assert alarms(world) == [("2026-03-02T00:00:00Z", tenant.account)]
    assert await world.audit() == []


async def test_a_wake_up_whose_alarm_was_dealt_with_is_dropped_unread(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=380)
    await wake_due(world.services)
    (wakeup,) = wakeups(world)
    await world.drain()
    head = head_of(world)
    await catch_up(world.services, wakeup)
    assert head_of(world) == head


async def test_while_a_wake_up_waits_its_alarm_is_not_sent_again(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=380)
    assert [await wake_due(world.services) for _ in range(3)] == [1, 0, 0]
    world.clock.forward(minutes=11)
    assert await wake_due(world.services) == 0
    (wakeup,) = wakeups(world)
    assert world.queues.lifetimes[wakeup.decode()] == timedelta(minutes=10)
    world.queues.waiting.clear()  # it has vanished by now
    world.clock.forward(minutes=1)
    assert await wake_due(world.services) == 1
    await world.drain()
    assert await tenant.booked("expiry") == [("expiry", "-100")]


async def test_in_an_outage_of_the_queue_the_alarms_that_were_not_tried_wait_for_the_next_timer(world):
    accounts = [AccountId(f"5f0c1f9e-0000-4000-8000-{number:012d}") for number in range(2, 200)]
    shard = shard_of(ACCOUNT)
    mates = [account for account in accounts if shard_of(account) == shard][:5]
    for account in (ACCOUNT, *mates):
        await world.services.alarms.set(Alarm(account, world.clock.time))
    tries = 0

    async def closed(_queue, _text):
        nonlocal tries
        tries += 1
        if tries == 3:
            raise UnavailableError("the queue is away")

    world.queues.fault = closed
    with pytest.raises(UnavailableError):
        await wake_due(world.services)
    world.queues.fault = None
    assert await wake_due(world.services) == 3  # of six, two were sent, and the third may have been


async def test_a_purchase_that_waits_for_its_bank_all_day_leaves_some_twenty_pages(world, tenant):
    bought = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    before = len(pages_of(world))
    for _ in range(24 * 60):
        await world.tick(minutes=1)
    assert (await tenant.purchase(bought["id"]))["state"] == "cancelled"
    assert len(pages_of(world)) - before <= 25
    assert await world.audit() == []


async def test_what_cannot_be_done_in_one_commit_is_done_in_several(world, tenant):
    for number in range(30):
        await tenant.grant("1", f"PO-{number}", expiresAt="2026-03-02T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=6)
    await world.tick()
    assert len(await tenant.booked("expiry")) == LAPSES_MAX
    await world.tick(minutes=1)
    assert len(await tenant.booked("expiry")) == 30
    assert await world.audit() == []


async def test_woken_twice_it_does_everything_once(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=380)
    for _ in range(3):
        await wake_due(world.services)
    for wakeup in wakeups(world) * 2:
        await catch_up(world.services, wakeup)
    assert await tenant.booked("expiry") == [("expiry", "-100")]
    await world.drain()
    assert await world.audit() == []


@pytest.mark.parametrize("fault", [OutcomeUnknownError("no answer"), RowChangedError(0, "set again meanwhile")])
async def test_an_alarm_that_could_not_be_dropped_costs_a_look_and_nothing_else(world, tenant, fault):
    await tenant.grant("100")

    async def undeletable(verb, _partition, writes):
        if verb == "transact" and type(writes[0]).__name__ == "Delete":
            raise fault

    world.alarms.before = undeletable
    world.clock.forward(days=380)
    for _ in range(3):
        await wake_due(world.services)
        await world.drain()
        world.clock.forward(minutes=1)
    assert await tenant.booked("expiry") == [("expiry", "-100")]
    world.alarms.before = None
    await world.tick(minutes=12)
    assert alarms(world) == []


async def test_while_something_could_not_be_told_the_alarm_stays(world, tenant):
    async def closed(_queue, _text):
        raise UnavailableError("the queue is away")

    world.queues.fault = closed
    await tenant.store_card()
    await tenant.grant("1")
    await tenant.set_auto_recharge(trigger=usd("10"))  # wants a recharge, and cannot say so
    assert not world.queues.waiting
    for _ in range(3):
        world.clock.forward(minutes=3)
        instant, account = alarms(world)[0]
        await catch_up(world.services, json.dumps({"account": account, "alarm": instant}).encode())
        assert (instant, account) in alarms(world)
    world.queues.fault = None
    await world.tick(minutes=3)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    await world.tick(minutes=3)
    assert await world.audit() == []


async def test_suspense_that_could_not_be_filled_at_once_is_filled_by_the_alarm(world, tenant):
    async def away(_verb, _partition, _what):
        raise UnavailableError("the table is away")

    world.suspense.before = away
    await report(world, call(direction="up"))
    world.suspense.before = None
    assert await tenant.suspended() == []
    assert await world.audit() == []  # not lost: it waits in the outbox
    await world.tick(minutes=2)
    assert await tenant.reasons() == ["invalid_field"]


async def test_an_account_that_is_unknown_or_gone_is_dropped(world):
    await catch_up(world.services, json.dumps({"account": OTHER, "alarm": "2026-03-01T12:00:00Z"}).encode())
    assert world.ledger.partitions.get(OTHER) is None


@pytest.mark.usefixtures("tenant")
async def test_usage_of_unknown_accounts_is_looked_after_like_any_account(world):
    await report(world, call(account=OTHER))
    assert [account for _, account in alarms(world)] == ["unattributed"]
    await world.tick(minutes=2)
    assert alarms(world) == []
    assert await world.audit() == []


async def test_clocks_that_run_apart_never_turn_the_accounts_time_back(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=1)
    await report(world, call("ahead", called=BOSTON))
    world.clock.forward(days=-1, hours=-3)
    world.services = world.process()
    await report(world, call("behind", called=BOSTON, startedAt="2026-03-01T08:00:00Z"))
    times = [movement["at"] for movement in await tenant.movements()]
    assert times == sorted(times)
    assert await world.audit() == []
