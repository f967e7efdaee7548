"""An event that was settled before, and delivered many times at once: one look at its marker answers them all."""

import asyncio
from dataclasses import replace

from shared.posting.decision import Conflict, Duplicate, Taken, event
from tests.rules.books import ACCOUNT


async def test_however_often_a_settled_event_comes_at_once_all_are_answered_by_one_try(posted):
    await posted.post(posted.debit(7, "call"))
    before, other = posted.table.transactions, posted.process()
    answers = await asyncio.gather(*(other.post(ACCOUNT, posted.debit(7, "call")) for _ in range(30)))
    assert {type(answer) for answer in answers} == {Duplicate}
    assert posted.table.transactions - before == 1
    assert await posted.debits() == ["call"]


async def test_all_who_are_known_leave_together(posted):
    """Each that stayed behind would cost a round more."""
    names = [f"call {number}" for number in range(8)]
    for name in names:
        await posted.post(posted.debit(1, name))
    tried, other = [], posted.process()

    async def look(verb, _partition, _what):
        tried.append(verb)

    posted.table.before = look
    answers = await asyncio.gather(*(other.post(ACCOUNT, posted.debit(1, name)) for name in names))
    assert {type(answer) for answer in answers} == {Duplicate}
    assert tried.count("transact") == 1


async def test_those_who_say_something_else_are_told_so_by_the_same_try(posted):
    await posted.post(posted.debit(7, "call"))
    other = posted.process()
    same, altered = posted.debit(7, "call"), posted.debit(7, "call", other="!")
    answers = await asyncio.gather(*(other.post(ACCOUNT, each) for each in (same, altered, same)))
    assert [type(answer) for answer in answers] == [Duplicate, Conflict, Duplicate]


async def test_who_shares_only_a_further_event_is_judged_by_its_own(posted):
    """Two keys for one reference: the key that made the grant finds it again, though the other one asks first."""
    reference = event("grant reference", "7", content="")
    first, second = (replace(posted.grant(7, name), also=(reference,)) for name in ("first key", "second key"))
    await posted.post(first)
    other = posted.process()
    answers = await asyncio.gather(*(other.post(ACCOUNT, each) for each in (second, first)))
    assert [type(answer) for answer in answers] == [Taken, Duplicate]
