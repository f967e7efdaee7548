"""The outbox after a crash (DESIGN, OUTBOX): the alarm sends what the committer did not."""

import json
from dataclasses import replace

import pytest

from shared.ledger.change import Change
from shared.ports import OutcomeUnknownError, UnavailableError
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal.keys import UNATTRIBUTED
from shared.use_cases.accounts import catch_up
from shared.use_cases.usage import suspend
from tests.fakes.world import World
from tests.posting.posted_account import OPENED, DelayWrite
from tests.rules.books import ACCOUNT


@pytest.fixture
async def world():
    """The same account with the real use cases."""
    made = World()
    opening = Decision(lambda _book, _now: Change(), event("open", content=""), opening_terms=OPENED)
    await made.services.ledger.post(ACCOUNT, opening)
    return made


async def down(_queue, _text):
    raise UnavailableError("down")


async def test_unsent_messages_are_sent_by_the_alarm(world, posted):
    world.queues.fault = down
    await world.services.ledger.post(ACCOUNT, posted.send_messages("a", queue="elsewhere"))
    assert list(world.queues.waiting) == []
    world.queues.fault = None
    world.clock.forward(seconds=61)
    assert await catch_up.wake_due(world.services) == 1
    queue, wakeup = world.queues.waiting.popleft()
    assert queue == "wakeups"
    await catch_up.catch_up(world.services, wakeup.encode())
    assert [queue for queue, _ in world.queues.waiting] == ["elsewhere"]
    assert await catch_up.wake_due(world.services) == 0  # the alarm is gone
    assert not any(key.startswith("o:") for key in world.ledger.partitions[ACCOUNT])


async def test_an_alarm_is_kept_while_the_outbox_cannot_be_sent(world, posted):
    world.queues.fault = down
    await world.services.ledger.post(ACCOUNT, posted.send_messages("a", queue="elsewhere"))
    world.clock.forward(seconds=61)
    wakeup = {"account": ACCOUNT, "alarm": "2026-03-01T12:01:00Z"}
    for _ in range(3):
        await catch_up.catch_up(world.services, json.dumps(wakeup).encode())
    world.queues.fault = None
    assert await catch_up.wake_due(world.services) == 1


@pytest.mark.parametrize("error", [OutcomeUnknownError("lost"), None])
async def test_an_alarm_whose_deletion_fails_only_causes_another_catch_up(world, posted, error):
    await world.services.ledger.post(ACCOUNT, posted.send_messages("a", queue="elsewhere"))
    world.clock.forward(seconds=61)

    async def fail(verb, _partition, writes):
        if verb == "transact" and not hasattr(writes[0], "values"):
            world.alarms.before = None
            if error:
                raise error
            [shard] = [name for name, rows in world.alarms.partitions.items() if rows]
            world.alarms.partitions[shard].clear()

    world.alarms.before = fail
    wakeup = {"account": ACCOUNT, "alarm": "2026-03-01T12:01:00Z"}
    await catch_up.catch_up(world.services, json.dumps(wakeup).encode())
    await catch_up.catch_up(world.services, json.dumps(wakeup).encode())
    assert await catch_up.wake_due(world.services) == 0


async def test_a_catch_up_of_the_unattributed_partition_resolves_its_first_write(world, posted):
    first = suspend.unattributed(world.services)
    decision = replace(posted.send_messages("a", queue="elsewhere"), opening_terms=first)
    world.ledger.before = late = DelayWrite(world.ledger, 99, away=True)
    with pytest.raises(UnavailableError):
        await world.services.ledger.post(UNATTRIBUTED, decision)
    world.ledger.before = None
    world.services = world.process()
    world.clock.forward(seconds=61)
    assert await catch_up.wake_due(world.services) == 1
    _, wakeup = world.queues.waiting.popleft()
    await catch_up.catch_up(world.services, wakeup.encode())  # the alarm of that write is consumed here
    assert not late.apply()
    assert isinstance(await world.services.ledger.post(UNATTRIBUTED, decision), Posted)
    assert await catch_up.wake_due(world.services) == 0
    world.clock.forward(seconds=61)
    assert await catch_up.wake_due(world.services) == 1
