"""Contention between processes that commit to one account."""

import asyncio
from itertools import pairwise

import pytest

from shared.posting.decision import Posted
from shared.posting.loop import contention
from shared.posting.loop.contention import GROWTH, GROWTHS_MAX, RECHECKS_MAX, STREAK, TURNS, Contention
from tests.rules.books import ACCOUNT


@pytest.fixture
def waits(monkeypatch):
    """The recorded waits, with all random numbers at their maximum."""
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr("shared.posting.loop.contention.asyncio.sleep", sleep)
    monkeypatch.setattr("shared.posting.loop.contention.random.random", lambda: 1.0)
    monkeypatch.setattr(contention, "JITTER_SECONDS", 1.0)
    monkeypatch.setattr(contention, "RECHECK_SECONDS", 0.25)
    monkeypatch.setattr(contention, "PAUSE_SECONDS", 7.0)
    return slept


def listener(answer, calls):
    async def is_unchanged():
        calls.append(answer)
        return answer

    return is_unchanged


async def test_each_consecutive_loss_increases_the_wait_up_to_a_limit(waits):
    account = Contention()
    for _ in range(2 * RECHECKS_MAX):
        await account.lost()
    assert waits[0] == 1.0
    assert [later / earlier for earlier, later in pairwise(waits)][:GROWTHS_MAX] == [GROWTH] * GROWTHS_MAX
    assert max(waits) == GROWTH**GROWTHS_MAX


@pytest.mark.usefixtures("waits")
async def test_after_one_loss_there_is_no_check_and_a_win_resets_contention():
    account, calls = Contention(), list[bool]()
    await account.lost()
    assert await account.may_try(listener(False, calls))
    await account.lost()
    await account.won()
    assert await account.may_try(listener(False, calls))
    assert calls == []


async def test_a_detected_competing_process_leads_to_a_wait_as_after_a_loss(waits):
    account, calls = Contention(), list[bool]()
    await account.lost()
    await account.lost()
    waits.clear()
    assert not await account.may_try(listener(False, calls))
    assert waits == [0.25, GROWTH**2]
    assert await account.may_try(listener(True, calls))
    assert calls == [False, True]


@pytest.mark.usefixtures("waits")
async def test_the_number_of_checks_is_limited():
    account, calls = Contention(), list[bool]()
    for _ in range(2):
        await account.lost()
    while not await account.may_try(listener(False, calls)):
        pass
    assert len(calls) == RECHECKS_MAX - 2


async def test_a_process_with_competition_yields_after_each_streak_until_no_one_takes_over(waits):
    account = Contention()
    for _ in range(2):
        await account.lost()
        waits.clear()
        for _ in range(2 * TURNS * STREAK):
            await account.won()
        assert waits == [7.0] * TURNS


async def test_nobody_gives_way_before_a_streak_is_full(waits):
    account = Contention()
    await account.lost()
    waits.clear()
    for _ in range(STREAK - 1):
        await account.won()
    assert waits == []
    await account.won()
    assert waits == [7.0]


async def test_a_process_without_competition_never_waits(waits):
    account = Contention()
    for _ in range(3 * STREAK):
        await account.won()
    assert waits == []


async def test_an_active_competing_process_costs_a_read_but_no_transaction(posted):
    other = posted.process()
    await posted.post(posted.debit(1, "mine"))
    await other.post(ACCOUNT, posted.debit(1, "theirs"))  # the book of this process is stale from here on
    loop = posted.first._loops[ACCOUNT]
    loop._contention._losses = 2
    refused = posted.table.transactions
    answers = iter((True, False))
    real = loop._is_newest

    async def overtaken(loaded):
        if next(answers, False):
            await other.post(ACCOUNT, posted.debit(1, "theirs again"))
        return await real(loaded)

    loop._is_newest = overtaken
    loop._loaded = None
    assert isinstance(await posted.post(posted.debit(1, "mine again")), Posted)
    assert posted.table.transactions - refused == 2  # the other's commit, and this one's, without contention
    await asyncio.sleep(0)
    assert await posted.debits() == ["mine", "theirs", "theirs again", "mine again"]
