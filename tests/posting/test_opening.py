"""An account is opened by its first decision, or not at all."""

import asyncio
from dataclasses import replace

from shared.kernel.ids import AccountId
from shared.ledger.change import Change
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, event
from shared.posting.journal import reads
from tests.posting.posted_account import EMPTY
from tests.rules.books import ACCOUNT, TERMS

NEW = AccountId("5f0c1f9e-0000-4000-8000-00000000beef")
OPENS = replace(TERMS, account=NEW)


def opening(answer):
    return Decision(lambda _book, _now: answer, event("open", content=""), opening_terms=OPENS)


async def test_a_refused_opening_writes_nothing(posted):
    assert await posted.first.post(NEW, opening(EMPTY)) == EMPTY
    assert NEW not in posted.table.partitions
    assert await reads.load(posted.table, NEW) is None
    assert await reads.head_etag(posted.table, NEW) == ""


async def test_an_opening_without_a_change_writes_nothing(posted):
    await posted.first.post(NEW, opening(None))
    assert await reads.load(posted.table, NEW) is None


async def test_a_request_before_the_opening_is_answered_as_unknown(posted):
    assert await posted.first.post(NEW, posted.debit(1, "call")) == UNKNOWN_ACCOUNT
    assert isinstance(await posted.first.post(NEW, opening(Change())), Posted)
    assert isinstance(await posted.first.post(NEW, posted.debit(1, "call")), Posted)


async def test_an_unknown_purchase_is_none(posted):
    assert await reads.closed_intent(posted.table, ACCOUNT, "never") is None
    assert await reads.closed_intents(posted.table, ACCOUNT) == []


async def test_an_account_is_not_idle_while_its_messages_are_sent(posted):
    """If it were evicted now, its loop would be loaded again while callers still wait for answers."""
    sent, go_on = asyncio.Event(), asyncio.Event()
    send = posted._send

    async def slow(message):
        sent.set()
        await go_on.wait()
        await send(message)

    posted._send = slow
    process = posted.process()
    posted = asyncio.create_task(process.post(ACCOUNT, posted.send_messages("a")))
    await sent.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not process._loops[ACCOUNT].is_idle
    go_on.set()
    assert isinstance(await posted, Posted)
    for _ in range(5):
        await asyncio.sleep(0)
    assert process._loops[ACCOUNT].is_idle
