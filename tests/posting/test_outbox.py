"""OUTBOX: the committer drains at once, the alarm covers its death; what is sent twice is recognised."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.ledger.change import Change, OutboxMessage
from shared.ports import OutcomeUnknownError, UnavailableError
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal.keys import UNATTRIBUTED
from shared.use_cases.accounts import catch_up
from shared.use_cases.usage import suspend
from tests.fakes.world import World
from tests.posting.rig import OPENED, Late, Lost
from tests.rules.books import ACCOUNT


def words(desk):
    return [json.loads(told.text)["word"] for told in desk.sent]


async def test_what_follows_from_a_decision_is_sent_before_its_caller_is_answered(desk):
    task = asyncio.create_task(desk.post(desk.telling("a", "b")))
    sent_unanswered = []

    async def look(verb, _partition, _what):
        if verb == "range":
            sent_unanswered.append(task.done())

    desk.table.before = look
    assert isinstance(await task, Posted)
    assert words(desk) == ["a", "b"]
    assert sent_unanswered == [False]
    assert desk.outbox == []


async def test_the_message_and_the_fact_are_in_one_transaction(desk):
    written = []

    async def look(verb, _partition, writes):
        if verb == "transact":
            written.append([write.key[:2] for write in writes])

    desk.table.before = look
    await desk.post(desk.telling("a"))
    assert written[0] == ["a:", "j:", "m:", "o:"]


async def test_a_message_says_what_is_told_and_who_it_is(desk):
    await desk.post(desk.telling("\u65e5\u672c", queue="recharges"))
    [told] = desk.sent
    assert told.queue == "recharges"
    assert json.loads(told.text) == {"word": "\u65e5\u672c", "id": f"{ACCOUNT}.3.0"}
    assert told.text.isascii()


@pytest.mark.parametrize("outage", [UnavailableError("the queue is down"), ValueError("a bug of the sender")])
async def test_when_the_queue_is_down_the_caller_is_answered_and_the_message_stays(desk, outage):
    desk.outage = outage
    assert isinstance(await desk.post(desk.telling("a")), Posted)
    assert len(desk.outbox) == 1
    desk.outage = None
    assert await desk.first.drain(ACCOUNT)
    assert (words(desk), desk.outbox) == (["a"], [])


async def test_a_commit_tells_what_is_its_own_and_leaves_to_the_alarm_what_waits(desk):
    """Two commits on their way at once would otherwise each tell what the other is telling: every e-mail twice."""
    desk.outage = UnavailableError("down")
    await desk.post(desk.telling("a"))
    desk.outage = None
    await desk.post(desk.telling("b", name="another"))
    assert words(desk) == ["b"]
    assert await desk.first.drain(ACCOUNT)
    assert (words(desk), desk.outbox) == (["b", "a"], [])


async def test_messages_go_out_in_the_order_of_their_commits_and_inside_one_in_the_order_told(desk):
    desk.outage = UnavailableError("down")
    for number in range(12):
        await desk.post(desk.telling(f"{number} a", f"{number} b", name=f"told {number}"))
    desk.outage = None
    await desk.first.drain(ACCOUNT)
    assert words(desk) == [f"{number} {email}" for number in range(12) for email in "ab"]


@pytest.mark.parametrize(("verb", "sent"), [("range", 0), ("transact", 1)])
async def test_a_message_whose_removal_fails_is_sent_again_under_the_same_identity(desk, verb, sent):
    desk.outage = UnavailableError("down")
    await desk.post(desk.telling("a"))
    desk.outage = None
    desk.table.before = Lost(1, verb=verb)
    assert not await desk.first.drain(ACCOUNT)
    assert len(desk.sent) == sent
    assert await desk.first.drain(ACCOUNT)
    assert len({told.text for told in desk.sent}) == 1
    assert desk.outbox == []


async def test_a_queue_that_is_away_is_asked_three_times_and_not_for_every_message(desk):
    """Forty messages that each wait for a time-out would hold the account for many minutes."""
    desk.outage = UnavailableError("down")
    asked = desk.asked
    await desk.post(desk.telling(*"abcdefgh"))
    assert desk.asked - asked == 3
    assert not await desk.first.drain(ACCOUNT)
    assert desk.asked - asked == 6
    assert len(desk.outbox) == 8
    desk.outage = None
    assert await desk.first.drain(ACCOUNT)
    assert words(desk) == [*"abcdefgh"]


@pytest.mark.parametrize(("refused", "sent"), [("a", "bcdefg"), ("ab", "cdefg"), ("ag", "bcdef"), ("abd", "c")])
async def test_a_message_that_can_not_be_sent_does_not_keep_back_the_others(desk, refused, sent):
    desk.refused = set(refused)
    await desk.post(desk.telling(*"abcdefg"))
    assert "".join(words(desk)) == sent
    assert len(desk.outbox) == 7 - len(sent)
    assert not await desk.first.drain(ACCOUNT)
    desk.refused = set()
    assert await desk.first.drain(ACCOUNT)
    assert sorted(words(desk)) == [*"abcdefg"]


async def test_two_who_drain_at_once_leave_nothing_behind(desk):
    desk.outage = UnavailableError("down")
    await desk.post(desk.telling("a", "b"))
    desk.outage = None
    assert all(await asyncio.gather(desk.first.drain(ACCOUNT), desk.process().drain(ACCOUNT)))
    assert sorted(set(words(desk))) == ["a", "b"]
    assert desk.outbox == []


async def test_private_text_is_in_the_outbox_and_in_no_page(desk):
    desk.outage = UnavailableError("down")
    secret = "+14255550101 \u65e5" * 5_000  # more than one property holds
    await desk.post(desk.telling("a", private=secret))
    assert not any("4255550101" in json.dumps(page.facts) for page in await desk.pages())
    desk.outage = None
    await desk.first.drain(ACCOUNT)
    assert desk.sent[0].private == secret


async def test_an_answer_that_was_lost_is_followed_by_its_messages_all_the_same(desk):
    desk.table.after = Lost(1)
    await desk.post(desk.telling("a"))
    assert words(desk) == ["a"]


async def test_a_rule_s_own_identity_never_replaces_that_of_the_message(desk):
    forged = Change(outbox=(OutboxMessage("notices", {"id": "another", "word": "a"}),))
    await desk.post(Decision(lambda _book, _now: forged, event("tell", content="")))
    assert json.loads(desk.sent[0].text)["id"] == f"{ACCOUNT}.3.0"


@pytest.fixture
async def world():
    """The same account with the real verbs around it."""
    made = World()
    opening = Decision(lambda _book, _now: Change(), event("open", content=""), opening_terms=OPENED)
    await made.services.ledger.post(ACCOUNT, opening)
    return made


async def down(_queue, _text):
    raise UnavailableError("down")


async def test_what_could_not_be_sent_is_delivered_by_the_alarm(world, desk):
    world.queues.fault = down
    await world.services.ledger.post(ACCOUNT, desk.telling("a", queue="elsewhere"))
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


async def test_an_alarm_is_kept_while_its_outbox_can_not_be_drained(world, desk):
    world.queues.fault = down
    await world.services.ledger.post(ACCOUNT, desk.telling("a", queue="elsewhere"))
    world.clock.forward(seconds=61)
    wakeup = {"account": ACCOUNT, "alarm": "2026-03-01T12:01:00Z"}
    for _ in range(3):
        await catch_up.catch_up(world.services, json.dumps(wakeup).encode())
    world.queues.fault = None
    assert await catch_up.wake_due(world.services) == 1


@pytest.mark.parametrize("error", [OutcomeUnknownError("lost"), None])
async def test_an_alarm_whose_removal_fails_costs_another_look_and_nothing_else(world, desk, error):
    await world.services.ledger.post(ACCOUNT, desk.telling("a", queue="elsewhere"))
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


async def test_a_look_at_the_partition_of_unknown_accounts_ends_its_very_first_write_too(world, desk):
    first = suspend.unattributed(world.services)
    asked = replace(desk.telling("a", queue="elsewhere"), opening_terms=first)
    world.ledger.before = late = Late(world.ledger, 99, away=True)
    with pytest.raises(UnavailableError):
        await world.services.ledger.post(UNATTRIBUTED, asked)
    world.ledger.before = None
    world.services = world.process()
    world.clock.forward(seconds=61)
    assert await catch_up.wake_due(world.services) == 1
    _, wakeup = world.queues.waiting.popleft()
    await catch_up.catch_up(world.services, wakeup.encode())  # the alarm of that write is consumed here
    assert not late.land()
    assert isinstance(await world.services.ledger.post(UNATTRIBUTED, asked), Posted)
    assert await catch_up.wake_due(world.services) == 0
    world.clock.forward(seconds=61)
    assert await catch_up.wake_due(world.services) == 1
