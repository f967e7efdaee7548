"""Catching up with an account: all due work is done before its alarm is deleted (DESIGN 4, ALARM)."""

import json
from datetime import timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ledger.expire import LAPSES_MAX
from shared.notices.statements import told_from
from shared.ports import OutcomeUnknownError, RowChangedError, UnavailableError
from shared.posting.alarm import Alarm
from shared.posting.journal.keys import shard_of
from shared.use_cases.accounts.catch_up import catch_up, wake_due
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd


def alarms(world):
    """Every alarm as (instant, account)."""
    return sorted(tuple(key.split("|")) for rows in world.alarms.partitions.values() for key in rows)


def end_of_month(world):
    """The alarm for the statement of the present month, in which something was booked."""
    return instant_text(told_from(ACCOUNT, world.clock.now())), ACCOUNT


def wakeups(world):
    return [text.encode() for queue, text in world.queues.waiting if queue == "wakeups"]


def head_of(world):
    return world.ledger.partitions[ACCOUNT]["a:head"]


def pages_of(world):
    return [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("j:")]


@pytest.mark.usefixtures("tenant")
async def test_an_account_without_pending_work_has_no_alarm_but_that_of_its_statement(world):
    assert alarms(world) == []
    await report(world, call())
    await world.tick(minutes=2)
    assert alarms(world) == [end_of_month(world)]


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


async def test_an_alarm_is_at_a_whole_second_not_before_its_work(world, tenant):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00.000001Z")
    assert alarms(world) == [("2026-03-02T00:00:01Z", tenant.account)]


async def test_the_alarm_is_for_the_earliest_pending_work(world, tenant):
    for day in (9, 5, 7):
        await tenant.grant("1", f"PO-{day}", expiresAt=f"2026-03-0{day}T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=4)
    await world.tick()
    assert min(alarms(world)) == ("2026-03-05T00:00:00Z", tenant.account)
    assert await world.audit() == []


async def test_a_catch_up_without_due_work_writes_the_head_but_no_page(world, tenant):
    """This invalidates every earlier attempt that may still be applied."""
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


async def test_a_wake_up_of_a_past_alarm_is_dropped(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=380)
    await wake_due(world.services)
    (wakeup,) = wakeups(world)
    await world.drain()
    head = head_of(world)
    await catch_up(world.services, wakeup)
    assert head_of(world) == head


async def test_an_alarm_is_not_sent_again_while_its_wake_up_waits(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=380)
    assert [await wake_due(world.services) for _ in range(3)] == [1, 0, 0]
    world.clock.forward(minutes=11)
    assert await wake_due(world.services) == 0
    (wakeup,) = wakeups(world)
    assert world.queues.lifetimes[wakeup.decode()] == timedelta(minutes=10)
    world.queues.waiting.clear()  # it has expired
    world.clock.forward(minutes=1)
    assert await wake_due(world.services) == 1
    await world.drain()
    assert await tenant.booked("expiry") == [("expiry", "-100")]


async def test_in_an_outage_of_the_queue_untried_alarms_wait_for_the_next_timer(world):
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


async def test_a_purchase_that_waits_for_its_bank_for_a_day_writes_about_twenty_pages(world, tenant):
    bought = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    before = len(pages_of(world))
    for _ in range(24 * 60):
        await world.tick(minutes=1)
    assert (await tenant.purchase(bought["id"]))["state"] == "cancelled"
    assert len(pages_of(world)) - before <= 25
    assert await world.audit() == []


async def test_work_that_does_not_fit_into_one_commit_is_done_in_several_after_one_wake_up(world, tenant):
    for number in range(30):
        await tenant.grant("1", f"PO-{number}", expiresAt="2026-03-02T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=6)
    await world.tick()
    pages = [movement["id"][:12] for movement in await tenant.movements(kind="expiry")]
    assert [pages.count(page) for page in sorted(set(pages))] == [LAPSES_MAX, 30 - LAPSES_MAX]
    assert await world.audit() == []


async def test_a_repeated_wake_up_does_everything_once(world, tenant):
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
async def test_an_alarm_that_could_not_be_deleted_only_causes_another_catch_up(world, tenant, fault):
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
    assert alarms(world) == [end_of_month(world)]


async def test_an_alarm_stays_while_messages_cannot_be_sent(world, tenant):
    async def closed(_queue, _text):
        raise UnavailableError("the queue is away")

    world.queues.fault = closed
    await tenant.store_card()
    await tenant.grant("1")
    await tenant.set_auto_recharge(trigger=usd("10"))  # wants a recharge, but cannot send the message
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


async def test_an_item_that_could_not_be_suspended_at_once_is_suspended_by_the_alarm(world, tenant):
    async def away(_verb, _partition, _what):
        raise UnavailableError("the table is away")

    world.suspense.before = away
    await report(world, call(direction="up"))
    world.suspense.before = None
    assert await tenant.suspended() == []
    assert await world.audit() == []  # it waits in the outbox
    await world.tick(minutes=2)
    assert await tenant.reasons() == ["invalid_field"]


async def test_a_wake_up_of_an_unknown_or_closed_account_is_dropped(world):
    await catch_up(world.services, json.dumps({"account": OTHER, "alarm": "2026-03-01T12:00:00Z"}).encode())
    assert world.ledger.partitions.get(OTHER) is None


@pytest.mark.usefixtures("tenant")
async def test_the_partition_of_unknown_accounts_is_caught_up_like_an_account(world):
    await report(world, call(account=OTHER))
    assert [account for _, account in alarms(world)] == ["unattributed"]
    await world.tick(minutes=2)
    assert alarms(world) == []
    assert await world.audit() == []


async def test_differing_clocks_never_turn_the_accounts_time_back(world, tenant):
    await tenant.grant("100")
    world.clock.forward(days=1)
    await report(world, call("ahead", called=BOSTON))
    world.clock.forward(days=-1, hours=-3)
    world.services = world.process()
    await report(world, call("behind", called=BOSTON, startedAt="2026-03-01T08:00:00Z"))
    times = [movement["at"] for movement in await tenant.movements()]
    assert times == sorted(times)
    assert await world.audit() == []
