"""If the storage rejects a transaction permanently, only the member that causes it fails."""

import asyncio

import pytest

from shared.ledger.change import Change, OutboxMessage
from shared.ledger.settings import Settings
from shared.ports import OutcomeUnknownError, UnavailableError, WriteRefusedError
from shared.posting.decision import Decision, Posted, event
from shared.posting.loop.group import DOES_NOT_FIT
from tests.fakes.table import STRING_MAX
from tests.posting.posted_account import EMPTY, DelayWrite
from tests.rules.books import ACCOUNT

REJECTED = [
    pytest.param(
        Change(outbox=(OutboxMessage("notices", {"word": "x" * STRING_MAX}),)), id="a message that fits into no row"
    ),
    pytest.param(Change(settings=Settings(customer="x" * STRING_MAX)), id="settings that fit into no row"),
]


def rejected(change, name="rejected"):
    return Decision(lambda _book, _now: change, event(name, content=""))


@pytest.mark.parametrize("change", REJECTED)
@pytest.mark.parametrize("place", [0, 2, 4])
async def test_only_the_rejected_member_fails(posted, change, place):
    decisions = [posted.debit(1, name) for name in "abcd"]
    decisions.insert(place, rejected(change))
    answers = await asyncio.gather(*map(posted.post, decisions), return_exceptions=True)
    assert isinstance(answers.pop(place), WriteRefusedError)
    assert all(isinstance(answer, Posted) for answer in answers)
    assert await posted.debits() == ["a", "b", "c", "d"]
    before = posted.table.transactions
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in "efgh"))
    assert posted.table.transactions - before == 1  # and the loop forms groups again


@pytest.mark.parametrize("place", [0, 2, 4])
async def test_a_change_that_fits_into_no_commit_is_refused_without_a_try(posted, place):
    decisions = [posted.debit(1, name) for name in "abcd"]
    decisions.insert(place, rejected(Change(outbox=(OutboxMessage("notices", {}),) * 98)))
    before = posted.table.transactions
    answers = await asyncio.gather(*map(posted.post, decisions))
    assert answers.pop(place) == DOES_NOT_FIT
    assert all(isinstance(answer, Posted) for answer in answers)
    assert posted.table.transactions - before <= 2  # the members before and after it


@pytest.mark.parametrize("change", REJECTED)
async def test_of_two_waiting_members_the_valid_one_is_booked(posted, change):
    decisions = [posted.debit(1, "a"), rejected(change)]
    answers = await asyncio.gather(*map(posted.post, decisions), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Posted, WriteRefusedError]
    assert await posted.debits() == ["a"]


async def test_two_rejected_members_fail_and_the_others_do_not(posted):
    first, second = rejected(REJECTED[0].values[0]), rejected(REJECTED[1].values[0], "rejected too")
    decisions = [posted.debit(1, "a"), first, posted.debit(1, "b"), second, posted.debit(1, "c")]
    answers = await asyncio.gather(*map(posted.post, decisions), return_exceptions=True)
    assert [isinstance(answer, WriteRefusedError) for answer in answers] == [False, True, False, True, False]
    assert await posted.debits() == ["a", "b", "c"]


async def test_a_storage_that_rejects_every_page_is_an_outage(posted):
    late = DelayWrite(posted.table, 99)

    async def forbidden(verb, partition, what):
        if verb == "transact" and late.writes is not None:
            raise WriteRefusedError(0, "403 forbidden")
        if verb == "transact":
            posted.clock.forward(hours=1)
        await late(verb, partition, what)

    posted.table.before = forbidden
    decision = posted.debit(7, "call")
    start = posted.clock.now()
    once = Decision(lambda book, now: decision.decide(book, now) if now == start else EMPTY, decision.event)
    with pytest.raises(UnavailableError, match="403"):
        await asyncio.wait_for(posted.post(once), 5)
    assert late.apply()


async def test_the_loop_continues_after_its_own_bug(posted, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr("shared.posting.loop.next_group.form_group", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await posted.post(posted.debit(1, "a"))
    assert "failed" in caplog.text
    assert isinstance(await posted.post(posted.debit(1, "a")), Posted)
    assert ACCOUNT in caplog.text
    assert not isinstance(OutcomeUnknownError(), WriteRefusedError)
    caplog.clear()
