"""The next full group is decided while the storage is busy with a group: the same group, only sooner."""

import asyncio

import pytest

from shared.ledger.change import Change, OutboxMessage
from shared.ledger.pause import Pause, PauseReason
from shared.ledger.settings import AutoRecharge, Settings
from shared.ports import WriteRefusedError
from shared.posting.decision import Decision, Posted, event
from shared.posting.loop import next_group
from shared.posting.loop.event_loop import TURNS
from shared.posting.loop.group import form_group
from tests.fakes.table import STRING_MAX
from tests.rules.books import ACCOUNT, HOUR, NOON, card

NAMES = [f"call {number:03d}" for number in range(200)]


@pytest.fixture
def formed(monkeypatch):
    """The number of waiting members at each group that is formed while the storage waits for it."""
    sizes: list[int] = []

    def noted(book, members, **rest):
        sizes.append(len(members))
        return form_group(book, members, **rest)

    monkeypatch.setattr(next_group, "form_group", noted)
    return sizes


def transaction_sizes(posted):
    """The number of rows of each later transaction."""
    sizes: list[int] = []

    async def note(verb, _partition, what):
        if verb == "transact":
            sizes.append(len(what))

    posted.table.before = note
    return sizes


async def test_the_storage_does_not_wait_for_the_second_full_group_to_be_decided(posted, formed):
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in NAMES))
    assert formed == [200, 10]  # 95 were decided in between: without charged calls there is no habit
    assert await posted.debits() == NAMES
    assert await posted.remaining() == 800


@pytest.mark.parametrize(("waiting", "groups"), [(189, [189]), (188, [188, 93])])
async def test_fewer_than_a_full_group_are_not_decided_ahead_because_others_may_join_them(
    posted, formed, waiting, groups
):
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in NAMES[:waiting]))
    assert formed == groups


async def test_decisions_that_arrive_while_the_storage_is_busy_are_decided_once_they_are_a_full_group(posted, formed):
    late: list[asyncio.Task[object]] = []

    async def arrive(verb, _partition, _what):
        if verb == "transact" and not late:
            for _ in range(TURNS + 1):
                await asyncio.sleep(0)  # all of the request has left
            late.extend(asyncio.create_task(posted.post(posted.debit(1, name))) for name in NAMES[:99])
            await asyncio.sleep(0)

    posted.table.after = arrive
    await posted.post(posted.debit(1, "early"))
    assert {type(answer) for answer in await asyncio.gather(*late)} == {Posted}
    assert formed == [1, 5]


async def test_a_group_decided_ahead_is_discarded_when_a_competing_process_was_faster(posted, formed):
    competitor = posted.process()
    late = iter([True])

    async def overtake(verb, _partition, _what):
        if verb == "transact" and next(late, False):
            await competitor.post(ACCOUNT, posted.debit(7, "theirs"))

    posted.table.before = overtake
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in NAMES))
    assert formed[-1] == 10
    assert await posted.debits() == ["theirs", *NAMES]
    assert await posted.remaining() == 793


async def test_a_pause_that_begins_among_those_decided_ahead_is_as_long_as_any_other(posted, formed):
    order = AutoRecharge(enabled=True, trigger=2_000, amount=50, largest_charge=50)
    change = Change(
        settings=Settings(auto_recharge=order, cards=(card(),)), pause=Pause(PauseReason.LARGEST_CHARGE, NOON)
    )
    decisions = [posted.debit(1, name) for name in NAMES]
    decisions.insert(150, Decision(lambda _book, _now: change, event("order", content="")))
    answers = await asyncio.gather(*map(posted.post, decisions))
    assert {type(answer) for answer in answers} == {Posted}
    assert len(formed) == 2
    assert (await posted.stored()).pause.until == NOON + HOUR


async def test_while_a_rejected_member_is_searched_for_each_member_is_tried_alone(posted):
    word = OutboxMessage("notices", {"word": "x" * STRING_MAX})  # too long for any row
    decisions = [posted.debit(1, name) for name in NAMES]
    decisions.insert(3, Decision(lambda _book, _now: Change(outbox=(word,)), event("rejected", content="")))
    sizes = transaction_sizes(posted)
    answers = await asyncio.gather(*map(posted.post, decisions), return_exceptions=True)
    assert isinstance(answers.pop(3), WriteRefusedError)
    assert {type(answer) for answer in answers} == {Posted}
    assert sizes[0] > 90
    assert max(sizes[1:90]) == 4  # head, page, marker, and the lot or the word
    assert await posted.debits() == NAMES
