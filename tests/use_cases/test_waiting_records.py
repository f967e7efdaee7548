"""Records of calls wait in the outbox, and those of many commits are stored together (R20)."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from shared.ports import Delete, OutcomeUnknownError, UnavailableError, WriteRefusedError
from shared.posting.decision import event
from shared.posting.journal.keys import HEAD, OUTBOX
from shared.posting.loop import waiting_records
from shared.use_cases.accounts import catch_up
from shared.use_cases.corrections.reverse_movement import reverse_movement
from shared.use_cases.usage import fill_call_records
from shared.use_cases.usage.forget_numbers import forget_numbers
from shared.views.calls import END, FIRST, list_calls
from tests.fakes.world import ACCOUNT
from tests.tenant import LONDON, call, report


async def listed(tenant):
    """The names of the listed calls."""
    return [each["event"]["id"] for each in (await tenant.request(list_calls, query={"limit": "1000"})).value["items"]]


def waiting(world):
    """The keys of the outbox rows."""
    return [key for key in world.ledger.partitions[ACCOUNT] if key.startswith(OUTBOX)]


def stored(world):
    """The number of stored records."""
    return sum("-" in key for rows in world.usage.partitions.values() for key in rows if key[0].isdigit())


async def until_stored(world):
    """Let background work run until nothing waits."""
    for _ in range(1_000):
        if not waiting(world):
            return
        await asyncio.sleep(0)
    raise AssertionError("records still wait")


@pytest.fixture
async def known(world, tenant):
    """The world with an account whose day of calls is named, and without anything that waits."""
    await tenant.grant("100")
    await report(world, call("known"))
    assert await listed(tenant) == ["known"]
    return world


async def test_a_call_is_answered_after_one_transaction_and_its_record_waits(known):
    ledger, usage, alarms = known.ledger.transactions, known.usage.transactions, known.alarms.transactions
    for number in range(3):
        await report(known, call(f"c{number}"))
    assert (known.ledger.transactions - ledger, known.usage.transactions - usage) == (3, 0)
    assert known.alarms.transactions == alarms  # the first call has set it
    assert (len(waiting(known)), stored(known)) == (3, 1)


async def test_a_reader_in_another_process_sees_calls_that_were_just_booked(known):
    records = known.process().reports.calls
    await report(known, call("one"), call("two"))
    assert len([each async for each in records.calls(ACCOUNT, FIRST, END)]) == 3
    await report(known, call("three"))
    key = event("usage", ACCOUNT, "urn:example:sbc-1", "three", content="").key
    assert await records.find(ACCOUNT, key, datetime(2026, 3, 1, 11, 50, tzinfo=UTC)) is not None
    assert waiting(known) == []


async def test_numbers_that_wait_are_deleted_with_those_that_are_stored(known):
    await report(known, call("one"))
    known.clock.forward(days=402)
    await forget_numbers(known.services)
    assert waiting(known) == []
    assert LONDON[1:] not in str(known.usage.partitions)


async def test_sixteen_small_commits_take_one_transaction_of_records_and_one_that_deletes_their_rows(known, tenant):
    for number in range(16):
        await report(known, call(f"c{number}"))
    assert len(waiting(known)) == 16
    before = known.ledger.transactions, known.usage.transactions
    assert len(await listed(tenant)) == 17
    assert (known.ledger.transactions, known.usage.transactions) == (before[0] + 1, before[1] + 1)
    assert await listed(tenant) == await listed(tenant)
    assert (known.ledger.transactions, known.usage.transactions) == (before[0] + 1, before[1] + 1)


async def test_enough_records_are_stored_after_the_answers_without_a_reader(known, monkeypatch):
    monkeypatch.setattr(waiting_records, "ENOUGH", 4)
    is_open = asyncio.Event()

    async def held(verb, *_):
        if verb == "transact":
            await is_open.wait()

    known.usage.before = held
    for number in range(4):
        await report(known, call(f"c{number}"))  # answered, although nothing can be stored
    await report(known, [call(f"later {number}") for number in range(4)])
    assert len(waiting(known)) == 5
    is_open.set()
    await until_stored(known)
    assert stored(known) == 9


async def test_a_process_that_books_faster_than_it_stores_answers_when_it_has_stored(known, monkeypatch):
    monkeypatch.setattr(waiting_records, "ENOUGH", 1)
    monkeypatch.setattr(waiting_records, "TOO_MANY", 3)
    is_open = asyncio.Event()

    async def held(verb, *_):
        if verb == "transact":
            await is_open.wait()

    known.usage.before = held
    for number in range(4):  # the first is being stored, three wait
        await report(known, call(f"c{number}"))
    late = asyncio.create_task(report(known, call("late")))
    for _turn in range(1_000):
        await asyncio.sleep(0)
    assert (len(waiting(known)), late.done()) == (5, False)
    is_open.set()
    await late
    await until_stored(known)
    assert stored(known) == 6


async def test_a_full_commit_is_stored_at_once(known):
    await report(known, [call(f"c{number}") for number in range(90)])
    await until_stored(known)
    assert stored(known) == 91


async def test_records_that_could_not_be_stored_in_the_background_are_stored_by_the_alarm(known, monkeypatch, tenant):
    monkeypatch.setattr(waiting_records, "ENOUGH", 1)

    async def away(verb, *_):
        if verb == "transact":
            raise UnavailableError("away")

    known.usage.before = away
    await report(known, call("one"), call("two"))
    known.usage.before = None
    assert len(waiting(known)) == 2
    known.services = known.process()  # the committing process has ended
    await known.tick(minutes=2)
    assert (waiting(known), stored(known)) == ([], 3)
    assert await known.audit() == []
    assert sorted(await listed(tenant)) == ["known", "one", "two"]


async def test_a_crash_after_records_were_stored_and_before_their_rows_are_deleted_changes_nothing(known, tenant):
    await report(known, call("one"), call("two"))

    async def lost(verb, _partition, writes):
        if verb == "transact" and isinstance(writes[0], Delete):
            raise OutcomeUnknownError("the process ends here")

    known.ledger.before = lost
    assert not await known.services.ledger.store_records(ACCOUNT)
    known.ledger.before = None
    assert (len(waiting(known)), stored(known)) == (2, 3)
    known.services = known.process()
    await known.tick(minutes=2)
    assert (waiting(known), stored(known)) == ([], 3)
    assert sorted(await listed(tenant)) == ["known", "one", "two"]


async def test_an_audit_during_a_wake_up_finds_nothing(known):
    """When the head names no early alarm any more, no record waits for one."""
    await report(known, call("one"))
    found = []

    async def audit(verb, _partition, writes):
        if verb == "transact" and [write.key for write in writes] == [HEAD]:
            known.ledger.after = None
            found.append(await known.audit())

    known.ledger.after = audit
    await known.tick(minutes=2)
    assert found == [[]]


async def test_a_record_that_can_never_be_stored_keeps_nobody_from_reading_and_no_alarm_from_its_work(known, tenant):
    known.queues.waiting.clear()
    await report(known, call("one"))

    async def refused(verb, *_):
        if verb == "transact":
            raise WriteRefusedError(0, "too large")

    known.usage.before = refused
    assert await listed(tenant) == ["known"]
    known.clock.forward(minutes=2)
    assert await catch_up.wake_due(known.services) == 1
    [(_, wakeup)] = known.queues.waiting
    head = known.ledger.partitions[ACCOUNT]["a:head"].etag
    with pytest.raises(WriteRefusedError):  # the host tries it again, and its poison queue sets off an alarm
        await catch_up.catch_up(known.services, wakeup.encode())
    assert known.ledger.partitions[ACCOUNT]["a:head"].etag != head
    assert len(waiting(known)) == 1


async def test_a_store_in_the_background_that_fails_ends_quietly_and_the_alarm_stores_what_waits(known, tenant):
    await report(known, call("one"))

    async def closed(verb, *_):
        if verb == "range":
            raise RuntimeError("Session is closed")

    known.ledger.before = closed
    assert not await known.services.ledger.store_records(ACCOUNT)
    known.ledger.before = None
    await known.tick(minutes=2)
    assert waiting(known) == []
    assert await listed(tenant) == ["known", "one"]


@pytest.mark.parametrize("late", ["range", "transact"])
async def test_two_processes_that_store_the_same_records_at_once_store_each_once(known, tenant, late):
    await report(known, *(call(f"c{number}") for number in range(5)))

    async def switch(verb, *_):
        if verb == late:
            for _turn in range(20):
                await asyncio.sleep(0)

    known.usage.before = known.ledger.before = switch
    both = known.services.ledger, known.process().ledger
    assert await asyncio.gather(*(ledger.store_records(ACCOUNT) for ledger in both)) == [True, True]
    assert (waiting(known), stored(known)) == ([], 6)
    assert len(await listed(tenant)) == 6


async def test_a_reversal_that_waits_with_its_call_is_stored_with_it(known, tenant):
    await report(known, call("one"))
    *_, movement = await tenant.movements(kind="debit")
    await tenant.request(reverse_movement, {"reason": "a test"}, movement=movement["id"])
    assert len(waiting(known)) == 2
    shown = (await tenant.request(list_calls)).value["items"]
    assert {each["event"]["id"]: each["isReversed"] for each in shown} == {"known": False, "one": True}


@pytest.mark.parametrize(("commits", "asked"), [(1, 0), (2, 1), (4, 1), (9, 1)])
async def test_sums_are_made_when_stored_records_cross_a_hundred_pages(known, tenant, monkeypatch, commits, asked):
    """Here five pages; the opening, the grant and the first call are three."""
    monkeypatch.setattr(fill_call_records, "PAGES_BEHIND", 5)
    known.queues.waiting.clear()
    assert known.ledger.partitions[ACCOUNT]["a:head"].values["sequence"] == 3
    for number in range(commits):
        await report(known, call(f"c{number}"))
    await listed(tenant)
    kinds = [json.loads(text).get("kind") for queue, text in known.queues.waiting if queue == "reports"]
    assert kinds == ["rollUp"] * asked
