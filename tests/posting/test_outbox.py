"""The outbox (DESIGN, OUTBOX): sent after a commit; duplicates are recognised."""

import asyncio
import json

import pytest

from shared.ledger.change import Change, OutboxMessage
from shared.ports import Delete, UnavailableError
from shared.posting import outbox
from shared.posting.decision import Decision, Posted, event
from shared.posting.outbox import drain
from tests.posting.posted_account import LoseAnswers
from tests.rules.books import ACCOUNT


def words(posted):
    return [json.loads(message.text)["word"] for message in posted.sent]


async def test_messages_of_a_decision_are_sent_before_its_caller_is_answered(posted):
    task = asyncio.create_task(posted.post(posted.send_messages("a", "b")))
    sent_unanswered = []

    async def look(verb, _partition, writes):
        if verb == "transact" and isinstance(writes[0], Delete):
            sent_unanswered.append(task.done())

    posted.table.before = look
    assert isinstance(await task, Posted)
    assert words(posted) == ["a", "b"]
    assert sent_unanswered == [False]
    assert posted.outbox == []


async def test_the_messages_of_a_commit_are_sent_without_a_read_and_deleted_by_one_transaction(posted):
    requests = []

    async def look(verb, _partition, _what):
        requests.append(verb)

    posted.table.before = look
    await posted.post(posted.send_messages(*"abc"))
    assert words(posted) == [*"abc"]
    assert requests == ["transact", "transact"]
    assert posted.outbox == []


async def test_messages_that_another_process_has_deleted_do_not_keep_the_others(posted):
    posted.outage = UnavailableError("down")
    await posted.post(posted.send_messages(*"abc"))
    posted.outage = None
    first = posted.outbox[0]

    async def delete_first(verb, _partition, _what):
        if verb == "transact":
            posted.table.before = None
            posted.table.apply(ACCOUNT, [Delete(first, posted.table.partitions[ACCOUNT][first].etag)])

    posted.table.before = delete_first
    assert await posted.first.drain(ACCOUNT)
    assert (words(posted), posted.outbox) == ([*"abc"], [])


async def test_messages_that_were_sent_before_a_bug_of_the_sender_are_deleted(posted):
    posted.outage = UnavailableError("down")
    await posted.post(posted.send_messages(*"abc"))
    posted.outage = None
    sends = []

    async def fail_at_second(message):
        sends.append(message)
        if len(sends) == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await drain(posted.table, ACCOUNT, fail_at_second, posted._record)
    assert len(posted.outbox) == 2


async def test_a_message_is_in_the_transaction_of_its_commit(posted):
    written = []

    async def look(verb, _partition, writes):
        if verb == "transact":
            written.append([write.key[:2] for write in writes])

    posted.table.before = look
    await posted.post(posted.send_messages("a"))
    assert written[0] == ["a:", "j:", "m:", "o:"]


async def test_a_message_contains_its_text_and_its_identity(posted):
    await posted.post(posted.send_messages("\u65e5\u672c", queue="recharges"))
    [message] = posted.sent
    assert message.queue == "recharges"
    assert json.loads(message.text) == {"word": "\u65e5\u672c", "id": f"{ACCOUNT}.3.0"}
    assert message.text.isascii()


@pytest.mark.parametrize("outage", [UnavailableError("the queue is down"), ValueError("a bug of the sender")])
async def test_when_the_queue_is_down_the_caller_is_answered_and_the_message_stays(posted, outage):
    posted.outage = outage
    assert isinstance(await posted.post(posted.send_messages("a")), Posted)
    assert len(posted.outbox) == 1
    posted.outage = None
    assert await posted.first.drain(ACCOUNT)
    assert (words(posted), posted.outbox) == (["a"], [])


async def test_a_commit_sends_its_own_messages_and_leaves_older_ones_to_the_alarm(posted):
    """Otherwise two concurrent commits would each send the messages of the other: every e-mail twice."""
    posted.outage = UnavailableError("down")
    await posted.post(posted.send_messages("a"))
    posted.outage = None
    await posted.post(posted.send_messages("b", name="another"))
    assert words(posted) == ["b"]
    assert await posted.first.drain(ACCOUNT)
    assert (words(posted), posted.outbox) == (["b", "a"], [])


async def test_messages_are_sent_in_the_order_of_commits_and_decisions(posted):
    posted.outage = UnavailableError("down")
    for number in range(12):
        await posted.post(posted.send_messages(f"{number} a", f"{number} b", name=f"told {number}"))
    posted.outage = None
    await posted.first.drain(ACCOUNT)
    assert words(posted) == [f"{number} {email}" for number in range(12) for email in "ab"]


@pytest.mark.parametrize(("verb", "sent"), [("range", 0), ("transact", 1)])
async def test_a_message_whose_deletion_fails_is_sent_again_with_the_same_identity(posted, verb, sent):
    posted.outage = UnavailableError("down")
    await posted.post(posted.send_messages("a"))
    posted.outage = None
    posted.table.before = LoseAnswers(1, verb=verb)
    assert not await posted.first.drain(ACCOUNT)
    assert len(posted.sent) == sent
    assert await posted.first.drain(ACCOUNT)
    assert len({message.text for message in posted.sent}) == 1
    assert posted.outbox == []


@pytest.mark.parametrize("at_once", [2, 100])
async def test_an_unavailable_queue_is_tried_three_times_not_for_every_message(posted, monkeypatch, at_once):
    """Forty messages that each wait for a timeout would block the account for many minutes."""
    monkeypatch.setattr(outbox, "ROWS_AT_ONCE", at_once)
    posted.outage = UnavailableError("down")
    before = posted.sends
    await posted.post(posted.send_messages(*"abcdefgh"))
    assert posted.sends - before == 3
    assert not await posted.first.drain(ACCOUNT)
    assert posted.sends - before == 6
    assert len(posted.outbox) == 8
    posted.outage = None
    assert await posted.first.drain(ACCOUNT)
    assert words(posted) == [*"abcdefgh"]


async def test_more_messages_than_a_transaction_deletes_are_all_sent_except_one_that_cannot_be(posted, monkeypatch):
    monkeypatch.setattr(outbox, "ROWS_AT_ONCE", 2)
    posted.refused = {"a"}
    await posted.post(posted.send_messages(*"abcdefg"))
    assert words(posted) == [*"bcdefg"]
    assert len(posted.outbox) == 1


@pytest.mark.parametrize(("refused", "sent"), [("a", "bcdefg"), ("ab", "cdefg"), ("ag", "bcdef"), ("abd", "c")])
async def test_a_message_that_cannot_be_sent_does_not_delay_others(posted, refused, sent):
    posted.refused = set(refused)
    await posted.post(posted.send_messages(*"abcdefg"))
    assert "".join(words(posted)) == sent
    assert len(posted.outbox) == 7 - len(sent)
    assert not await posted.first.drain(ACCOUNT)
    posted.refused = set()
    assert await posted.first.drain(ACCOUNT)
    assert sorted(words(posted)) == [*"abcdefg"]


async def test_two_concurrent_drains_send_everything(posted):
    posted.outage = UnavailableError("down")
    await posted.post(posted.send_messages("a", "b"))
    posted.outage = None
    assert all(await asyncio.gather(posted.first.drain(ACCOUNT), posted.process().drain(ACCOUNT)))
    assert sorted(set(words(posted))) == ["a", "b"]
    assert posted.outbox == []


async def test_private_text_is_in_the_outbox_but_in_no_page(posted):
    posted.outage = UnavailableError("down")
    secret = "+14255550101 \u65e5" * 5_000  # more than fits into one property
    await posted.post(posted.send_messages("a", private=secret))
    assert not any("4255550101" in json.dumps(page.facts) for page in await posted.pages())
    posted.outage = None
    await posted.first.drain(ACCOUNT)
    assert posted.sent[0].private == secret


async def test_messages_of_a_commit_with_a_lost_answer_are_sent(posted):
    posted.table.after = LoseAnswers(1)
    await posted.post(posted.send_messages("a"))
    assert words(posted) == ["a"]


async def test_a_rules_field_never_replaces_the_identity_of_a_message(posted):
    forged = Change(outbox=(OutboxMessage("notices", {"id": "another", "word": "a"}),))
    await posted.post(Decision(lambda _book, _now: forged, event("tell", content="")))
    assert json.loads(posted.sent[0].text)["id"] == f"{ACCOUNT}.3.0"
