"""Many concurrent deliveries of a settled event are answered by one read of its marker."""

import asyncio
from dataclasses import replace

from shared.posting.decision import Conflict, Duplicate, FurtherEventSettled, event
from tests.rules.books import ACCOUNT


async def test_concurrent_deliveries_of_a_settled_event_are_answered_by_one_attempt(posted):
    await posted.post(posted.debit(7, "call"))
    before, other = posted.table.transactions, posted.process()
    answers = await asyncio.gather(*(other.post(ACCOUNT, posted.debit(7, "call")) for _ in range(30)))
    assert {type(answer) for answer in answers} == {Duplicate}
    assert posted.table.transactions - before == 1
    assert await posted.debits() == ["call"]


async def test_all_settled_members_leave_the_group_together(posted):
    """Each member that stayed in the group would cost another round."""
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


async def test_conflicts_are_answered_by_the_same_attempt(posted):
    await posted.post(posted.debit(7, "call"))
    other = posted.process()
    same, altered = posted.debit(7, "call"), posted.debit(7, "call", other="!")
    answers = await asyncio.gather(*(other.post(ACCOUNT, each) for each in (same, altered, same)))
    assert [type(answer) for answer in answers] == [Duplicate, Conflict, Duplicate]


async def test_a_member_that_shares_only_a_further_event_is_judged_by_its_own(posted):
    """Two keys for one reference: the key of the grant gets a duplicate, although the other key comes first."""
    reference = event("grant reference", "7", content="")
    first, second = (
        replace(posted.grant(7, name), further_events=(reference,)) for name in ("first key", "second key")
    )
    await posted.post(first)
    other = posted.process()
    answers = await asyncio.gather(*(other.post(ACCOUNT, each) for each in (second, first)))
    assert [type(answer) for answer in answers] == [FurtherEventSettled, Duplicate]
