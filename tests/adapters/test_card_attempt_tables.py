"""The count of card attempts: shared by all processes, stored over restarts, and never too low in case of doubt."""

import asyncio
from datetime import timedelta

import pytest

from shared.adapters.storage.card_attempt_tables import CardAttemptTables
from shared.ports import OutcomeUnknownError, UnavailableError
from shared.purchasing.card_attempts import LIMIT_MAX, Limits
from tests.fakes.table import STRING_MAX, FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.tenant import OTHER

LIMITS = Limits(attempts=5, declines=3)


@pytest.fixture
def table():
    return FakeTable()


def process(table, limits=LIMITS):
    return CardAttemptTables(table, limits)


async def admitted(attempts, *names, account=ACCOUNT, at=START):
    return [await attempts.admit(account, name, at) is None for name in names]


async def test_all_processes_share_the_count(table):
    processes = [process(table) for _ in range(8)]
    attempts = (each.admit(ACCOUNT, f"card {n}", START) for n, each in enumerate(processes * 3))
    answers = await asyncio.gather(*attempts)
    assert sum(answer is None for answer in answers) == LIMITS.attempts
    assert {answer for answer in answers if answer is not None} == {timedelta(hours=1)}


async def test_a_repeated_attempt_is_counted_once(table):
    assert await admitted(process(table), *["card"] * 20, "b", "c", "d", "e", "f") == [True] * 24 + [False]


async def test_declined_attempts_are_counted_additionally_and_once(table):
    attempts = process(table)
    for name in ("a", "b", "c"):
        assert await admitted(attempts, name) == [True]
        for _ in range(2):
            await attempts.record_decline(ACCOUNT, name, START)
    assert await admitted(process(table), "d", "a") == [False, True]
    assert await admitted(attempts, "d", at=START + timedelta(hours=1)) == [True]


async def test_accounts_have_separate_counts(table):
    attempts = process(table)
    assert await admitted(attempts, *"abcdef") == [True] * 5 + [False]
    assert await admitted(attempts, *"abcdef", account=OTHER) == [True] * 5 + [False]


async def test_a_refused_attempt_is_not_counted_and_may_be_tried_later(table):
    attempts = process(table)
    assert await admitted(attempts, *"abcdefg") == [True] * 5 + [False] * 2
    later = START + timedelta(hours=1)
    assert await admitted(attempts, *"fghijk", at=later) == [True] * 5 + [False]


@pytest.mark.parametrize("verb", ["get", "transact"])
async def test_without_storage_no_attempt_is_admitted(table, verb):
    async def away(verb_called, _partition, _what):
        if verb_called == verb:
            raise UnavailableError("away") if verb == "get" else OutcomeUnknownError("away")

    table.before = away
    with pytest.raises(UnavailableError):
        await process(table).admit(ACCOUNT, "card", START)
    assert table.partitions == {}


async def test_an_attempt_with_a_lost_answer_is_counted_once(table):
    lost = iter([True])

    async def lose(verb, _partition, _what):
        if verb == "transact" and next(lost, False):
            raise OutcomeUnknownError("the answer was lost")

    table.after = lose
    assert await admitted(process(table), *"abcdef") == [True] * 5 + [False]


async def test_the_row_has_room_for_the_highest_setting(table):
    attempts = process(table, Limits(LIMIT_MAX, LIMIT_MAX))
    assert all(await admitted(attempts, *(f"card {n}" for n in range(LIMIT_MAX))))
    assert await admitted(attempts, "one more") == [False]
    [row] = table.partitions[ACCOUNT].values()
    assert len(row.values["attempts"]) < STRING_MAX
