"""The count of tried cards: one for all processes, kept over restarts, never in doubt to the caller's advantage."""

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


async def test_all_processes_count_together(table):
    processes = [process(table) for _ in range(8)]
    asked = (each.admit(ACCOUNT, f"card {n}", START) for n, each in enumerate(processes * 3))
    answers = await asyncio.gather(*asked)
    assert sum(answer is None for answer in answers) == LIMITS.attempts
    assert {answer for answer in answers if answer is not None} == {timedelta(hours=1)}


async def test_the_same_attempt_is_counted_once_however_often_it_is_asked(table):
    assert await admitted(process(table), *["card"] * 20, "b", "c", "d", "e", "f") == [True] * 24 + [False]


async def test_declined_attempts_weigh_more_and_twice_declined_is_once(table):
    attempts = process(table)
    for name in ("a", "b", "c"):
        assert await admitted(attempts, name) == [True]
        for _ in range(2):
            await attempts.record_decline(ACCOUNT, name, START)
    assert await admitted(process(table), "d", "a") == [False, True]
    assert await admitted(attempts, "d", at=START + timedelta(hours=1)) == [True]


async def test_another_account_has_its_own_count(table):
    attempts = process(table)
    assert await admitted(attempts, *"abcdef") == [True] * 5 + [False]
    assert await admitted(attempts, *"abcdef", account=OTHER) == [True] * 5 + [False]


async def test_what_was_refused_leaves_no_trace_and_may_be_tried_later(table):
    attempts = process(table)
    assert await admitted(attempts, *"abcdefg") == [True] * 5 + [False] * 2
    later = START + timedelta(hours=1)
    assert await admitted(attempts, *"fghijk", at=later) == [True] * 5 + [False]


@pytest.mark.parametrize("verb", ["get", "transact"])
async def test_without_the_storage_no_card_is_admitted(table, verb):
    async def away(asked, _partition, _what):
        if asked == verb:
            raise UnavailableError("away") if verb == "get" else OutcomeUnknownError("away")

    table.before = away
    with pytest.raises(UnavailableError):
        await process(table).admit(ACCOUNT, "card", START)
    assert table.partitions == {}


async def test_an_answer_that_was_lost_counts_once(table):
    lost = iter([True])

    async def lose(verb, _partition, _what):
        if verb == "transact" and next(lost, False):
            raise OutcomeUnknownError("the answer was lost")

    table.after = lose
    assert await admitted(process(table), *"abcdef") == [True] * 5 + [False]


async def test_the_highest_setting_fits_into_the_row(table):
    attempts = process(table, Limits(LIMIT_MAX, LIMIT_MAX))
    assert all(await admitted(attempts, *(f"card {n}" for n in range(LIMIT_MAX))))
    assert await admitted(attempts, "one more") == [False]
    [row] = table.partitions[ACCOUNT].values()
    assert len(row.values["attempts"]) < STRING_MAX
