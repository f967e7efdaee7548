"""An event that was settled before, and delivered many times at once: one look at its marker answers them all."""

import asyncio

from shared.posting.decision import Conflict, Duplicate
from tests.rules.books import ACCOUNT


async def test_however_often_a_settled_event_comes_at_once_all_are_answered_by_one_try(desk):
    await desk.post(desk.debit(7, "call"))
    before, other = desk.table.transactions, desk.process()
    answers = await asyncio.gather(*(other.post(ACCOUNT, desk.debit(7, "call")) for _ in range(30)))
    assert {type(answer) for answer in answers} == {Duplicate}
    assert desk.table.transactions - before == 1
    assert await desk.debits() == ["call"]


async def test_those_who_say_something_else_are_told_so_by_the_same_try(desk):
    await desk.post(desk.debit(7, "call"))
    other = desk.process()
    same, altered = desk.debit(7, "call"), desk.debit(7, "call", said="!")
    answers = await asyncio.gather(*(other.post(ACCOUNT, each) for each in (same, altered, same)))
    assert [type(answer) for answer in answers] == [Duplicate, Conflict, Duplicate]
