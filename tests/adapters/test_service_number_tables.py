"""Service numbers in a table: crashes between two writes, lost answers, other processes, and what is cached."""

import json
from datetime import timedelta

import pytest

from shared.adapters.storage.service_number_rows import INDEX, NUMBERS, key_of
from shared.adapters.storage.service_number_tables import CACHED_MAX, FRESH_SECONDS, ServiceNumberTables
from shared.kernel.ids import AccountId
from shared.ports import OutcomeUnknownError, Taken, UnavailableError
from shared.rating.service_numbers import HISTORY_MAX, NumberKind, NumberUse
from tests.fakes.table import STRING_MAX, FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.tenant import OTHER

DIGITS = "18005550101"
HOUR = timedelta(hours=1)


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def table():
    return FakeTable()


def process(table, seconds=None):
    return ServiceNumberTables(table, seconds or Seconds())


async def added(numbers, account=ACCOUNT, *, digits=DIGITS, at=START):
    return await numbers.register(account, digits, NumberKind.TOLL_FREE, NumberUse.CALL_QUEUE, at)


async def listed(numbers, account=ACCOUNT):
    return [number async for number in numbers.numbers(account)]


class Failing:
    """Makes the transactions of some partitions fail, before or after they are applied."""

    def __init__(self, *partitions):
        self.partitions = set(partitions)

    async def __call__(self, verb, partition, _what):
        if verb == "transact" and partition in self.partitions:
            raise OutcomeUnknownError("no answer")


async def test_a_crash_after_the_index_entry_registers_nothing_and_the_repeat_does(table):
    table.before = Failing(NUMBERS)
    with pytest.raises(UnavailableError):
        await added(process(table))
    table.before = None
    numbers = process(table)
    assert await listed(numbers) == []
    assert await numbers.owner_uncached(DIGITS, START) is None
    number = await added(numbers, at=START + HOUR)
    assert await listed(numbers) == [number]
    assert not isinstance(await added(process(table), at=START + 2 * HOUR), Taken)


async def test_a_number_with_a_lost_answer_is_registered_once(table):
    table.after = Failing(NUMBERS)
    number = await added(process(table))
    table.after = None
    assert await listed(process(table)) == [number]


async def test_without_an_index_entry_nothing_is_registered(table):
    table.before = Failing(ACCOUNT)
    with pytest.raises(UnavailableError):
        await added(process(table))
    assert table.partitions == {}


async def test_a_crash_after_the_release_is_repaired_by_the_repeat(table):
    numbers = process(table)
    number = await added(numbers)
    table.before = Failing(ACCOUNT)
    assert await numbers.release(ACCOUNT, number.id, START + HOUR) == START + HOUR
    table.before = None
    assert f"{INDEX}{number.id}" in table.partitions[ACCOUNT]
    assert await listed(numbers) == []
    assert await numbers.release(ACCOUNT, number.id, START + 2 * HOUR) == START + HOUR
    assert f"{INDEX}{number.id}" not in table.partitions[ACCOUNT]
    assert await numbers.release(ACCOUNT, number.id, START + 3 * HOUR) == START + HOUR


async def test_after_a_release_no_row_contains_the_number(table):
    numbers = process(table)
    await numbers.release(ACCOUNT, (await added(numbers)).id, START)
    assert DIGITS not in str(table.partitions)


async def test_no_key_contains_the_number(table):
    await added(process(table))
    for partition, rows in table.partitions.items():
        assert all(DIGITS not in text for text in (partition, *rows))


async def test_another_process_may_be_faster(table):
    numbers, other = process(table), process(table)
    is_first = iter([True])

    async def overtake(verb, partition, _what):
        if verb == "transact" and partition == NUMBERS and next(is_first, False):
            await added(other, OTHER)

    table.before = overtake
    assert await added(numbers) == Taken(AccountId(OTHER))
    assert (await listed(numbers), len(await listed(numbers, OTHER))) == ([], 1)


async def test_an_owner_is_read_once_a_minute_unless_it_is_needed_as_it_is_now(table):
    seconds = Seconds()
    numbers, other = process(table, seconds), process(table)
    assert await numbers.owner(DIGITS, START) is None
    await added(other)
    assert await numbers.owner(DIGITS, START) is None
    assert (await numbers.owner_uncached(DIGITS, START)).account == ACCOUNT
    assert (await numbers.owner(DIGITS, START)).account == ACCOUNT  # what was read is cached
    await other.release(ACCOUNT, (await added(other)).id, START)
    seconds.now = FRESH_SECONDS
    assert (await numbers.owner(DIGITS, START)).account == ACCOUNT
    seconds.now += 1
    assert await numbers.owner(DIGITS, START) is None


async def test_a_process_knows_its_own_registrations_at_once(table):
    numbers = process(table)
    assert await numbers.owner(DIGITS, START) is None
    number = await added(numbers)
    assert (await numbers.owner(DIGITS, START)).account == ACCOUNT
    await numbers.release(ACCOUNT, number.id, START)
    assert await numbers.owner(DIGITS, START) is None


async def test_the_cache_is_bounded(table):
    numbers = process(table)
    for number in range(CACHED_MAX + 5):
        numbers._cache(str(number), 0.0, ())
    assert len(numbers._cached) == CACHED_MAX
    assert "4" not in numbers._cached


async def test_a_number_may_change_hands_often(table):
    numbers = process(table)
    for number in range(HISTORY_MAX + 3):
        at = START + number * HOUR
        await numbers.release(ACCOUNT, (await added(numbers, at=at)).id, at)
    stored = table.partitions[NUMBERS][key_of(DIGITS)].values["registrations"]
    assert len(stored) < STRING_MAX
    assert len(json.loads(stored)) == HISTORY_MAX
