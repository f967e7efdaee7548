"""A transaction that the storage will refuse for ever fails only the member that makes it so."""

import asyncio

import pytest

from shared.ledger.change import Change, OutboxMessage
from shared.ledger.settings import Settings
from shared.ports import OutcomeUnknownError, UnavailableError, WriteRefusedError
from shared.posting.decision import Decision, Posted, event
from shared.posting.loop.group import DOES_NOT_FIT
from tests.fakes.table import STRING_MAX
from tests.posting.rig import EMPTY, Late
from tests.rules.books import ACCOUNT

GUILTY = [
    pytest.param(
        Change(outbox=(OutboxMessage("notices", {"word": "x" * STRING_MAX}),)), id="a message that fits into no row"
    ),
    pytest.param(Change(settings=Settings(customer="x" * STRING_MAX)), id="settings that fit into no row"),
]


def guilty(change, name="guilty"):
    return Decision(lambda _book, _now: change, event(name, content=""))


@pytest.mark.parametrize("change", GUILTY)
@pytest.mark.parametrize("place", [0, 2, 4])
async def test_only_the_guilty_member_fails(desk, change, place):
    asked = [desk.debit(1, name) for name in "abcd"]
    asked.insert(place, guilty(change))
    answers = await asyncio.gather(*map(desk.post, asked), return_exceptions=True)
    assert isinstance(answers.pop(place), WriteRefusedError)
    assert all(isinstance(answer, Posted) for answer in answers)
    assert await desk.debits() == ["a", "b", "c", "d"]
    before = desk.table.transactions
    await asyncio.gather(*(desk.post(desk.debit(1, name)) for name in "efgh"))
    assert desk.table.transactions - before == 1  # and the loop is back to groups


@pytest.mark.parametrize("place", [0, 2, 4])
async def test_what_no_commit_can_hold_is_refused_and_never_tried(desk, place):
    asked = [desk.debit(1, name) for name in "abcd"]
    asked.insert(place, guilty(Change(outbox=(OutboxMessage("notices", {}),) * 98)))
    before = desk.table.transactions
    answers = await asyncio.gather(*map(desk.post, asked))
    assert answers.pop(place) == DOES_NOT_FIT
    assert all(isinstance(answer, Posted) for answer in answers)
    assert desk.table.transactions - before <= 2  # what stands before it, and what stands behind


@pytest.mark.parametrize("change", GUILTY)
async def test_of_two_that_wait_together_the_innocent_one_is_booked(desk, change):
    asked = [desk.debit(1, "a"), guilty(change)]
    answers = await asyncio.gather(*map(desk.post, asked), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Posted, WriteRefusedError]
    assert await desk.debits() == ["a"]


async def test_two_guilty_members_fail_and_their_neighbours_do_not(desk):
    first, second = guilty(GUILTY[0].values[0]), guilty(GUILTY[1].values[0], "guilty too")
    asked = [desk.debit(1, "a"), first, desk.debit(1, "b"), second, desk.debit(1, "c")]
    answers = await asyncio.gather(*map(desk.post, asked), return_exceptions=True)
    assert [isinstance(answer, WriteRefusedError) for answer in answers] == [False, True, False, True, False]
    assert await desk.debits() == ["a", "b", "c"]


async def test_a_storage_that_refuses_even_an_empty_page_is_an_outage_and_no_endless_loop(desk):
    late = Late(desk.table, 99)

    async def forbidden(verb, partition, what):
        if verb == "transact" and late.writes is not None:
            raise WriteRefusedError(0, "403 forbidden")
        if verb == "transact":
            desk.clock.forward(hours=1)
        await late(verb, partition, what)

    desk.table.before = forbidden
    decision = desk.debit(7, "call")
    start = desk.clock.now()
    once = Decision(lambda book, now: decision.decide(book, now) if now == start else EMPTY, decision.event)
    with pytest.raises(UnavailableError, match="403"):
        await asyncio.wait_for(desk.post(once), 5)
    assert late.land()


async def test_the_loop_goes_on_after_a_bug_of_its_own(desk, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr("shared.posting.loop.account_loop.form", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await desk.post(desk.debit(1, "a"))
    assert "failed" in caplog.text
    assert isinstance(await desk.post(desk.debit(1, "a")), Posted)
    assert ACCOUNT in caplog.text
    assert not isinstance(OutcomeUnknownError(), WriteRefusedError)
    caplog.clear()
