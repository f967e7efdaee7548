"""The contract of the port `CallRecords`, on the fake table and on Azurite."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.storage.call_record_tables import CallRecordTables
from shared.kernel.ids import AccountId
from shared.ledger.call_record import CallRecord
from tests.contracts.tables import STORES
from tests.fakes.world import FakeClock

pytestmark = pytest.mark.parametrize("table", STORES, indirect=True)

ACCOUNT, OTHER = AccountId("5f0c1f9e-0000-4000-8000-000000000001"), AccountId("5f0c1f9e-0000-4000-8000-000000000002")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
DAY, KEEP = timedelta(days=1), timedelta(days=400)


def record(name="a", at=NOON, amount=1):
    return CallRecord(name.encode().hex(), at, {"amount": amount}, {"called": "+442079460123"})


def patch(name="a", at=NOON, **facts):
    return CallRecord(name.encode().hex(), at, facts)


def gone(name="a", at=NOON):
    return CallRecord(name.encode().hex(), at, {}, is_gone=True)


@pytest.fixture
def clock():
    return FakeClock(NOON)


@pytest.fixture
def records(table, clock):
    return CallRecordTables(table, clock, KEEP)


async def listed(records, first=FIRST, end=END, after="", account=ACCOUNT, **order):
    return [call async for call in records.calls(account, first, end, after, **order)]


async def amounts(records, **query):
    return [call.facts["amount"] for call in await listed(records, **query)]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_calls_are_listed_by_their_start_within_half_open_bounds(records, newest_first):
    starts = [NOON + hours * timedelta(hours=1) for hours in (0, 13, 11, 40, -13)]
    await records.put(ACCOUNT, {1: [record(str(n), at, n) for n, at in enumerate(starts)]})
    order = sorted(starts, reverse=newest_first)
    assert [call.started_at for call in await listed(records, newest_first=newest_first)] == order
    within = await listed(records, starts[0], starts[1], newest_first=newest_first)
    assert {call.started_at for call in within} == {starts[0], starts[2]}
    assert await listed(records, account=OTHER) == []


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_list_continues_after_any_of_its_calls(records, newest_first):
    await records.put(
        ACCOUNT, {1: [record(str(n), NOON + n * timedelta(hours=9), n) for n in range(9) for _ in range(2)]}
    )
    whole = await listed(records, newest_first=newest_first)
    assert len(whole) == 9
    for place, call in enumerate(whole):
        assert await listed(records, after=call.name, newest_first=newest_first) == whole[place + 1 :]


async def test_what_a_later_commit_says_stays_when_an_earlier_one_arrives_again(records):
    for sequence, amount in ((7, 70), (5, 50), (7, 71), (9, 90), (8, 80)):
        await records.put(ACCOUNT, {sequence: [record(amount=amount)]})
    assert await amounts(records) == [90]


async def test_what_another_process_has_stored_in_part_is_stored_whole(table, clock, records):
    said = [record(f"{n:02}", NOON + n * timedelta(minutes=7), n) for n in range(40)]
    await CallRecordTables(table, clock, KEEP).put(ACCOUNT, {4: said[::3]})
    await records.put(ACCOUNT, {4: said[:30], 5: [record("01", said[1].started_at, 100)]})
    await records.put(ACCOUNT, {4: said})
    assert await amounts(records) == [0, 100, *range(2, 40)]


@pytest.mark.parametrize("order", [(3, 5), (5, 3), (5, 3, 5, 3)])
async def test_a_correction_counts_also_if_it_arrives_before_what_it_corrects(records, order):
    said = {3: record(amount=10), 5: patch(amount=0, isReversed=True)}
    for sequence in order:
        await records.put(ACCOUNT, {sequence: [said[sequence]]})
    [call] = await listed(records)
    assert (dict(call.facts), dict(call.numbers)) == (
        {"amount": 0, "isReversed": True},
        {"called": "+442079460123"},
    )
    await records.put(ACCOUNT, {6: [record(amount=20)]})
    assert await amounts(records) == [20]


@pytest.mark.parametrize("order", [(3, 5), (5, 3)])
async def test_a_call_with_a_corrected_start_is_listed_once(records, order):
    said = {3: [record(amount=3)], 5: [record(at=NOON + DAY, amount=5), gone()]}
    for sequence in order:
        await records.put(ACCOUNT, {sequence: said[sequence]})
    assert await amounts(records) == [5]


async def test_many_records_of_one_commit_are_all_kept(records):
    many = [record(str(n), NOON + n * timedelta(minutes=1), n) for n in range(98)]
    await records.put(ACCOUNT, {1: many[:50]})
    await records.put(ACCOUNT, {1: many})
    assert await amounts(records) == list(range(98))
    assert await amounts(records, newest_first=True) == list(reversed(range(98)))


@pytest.mark.parametrize("order", [(3, 5, 7, 9), (9, 7, 5, 3)])
@pytest.mark.parametrize("times", [1, 2])
async def test_what_many_commits_say_is_recorded_together_in_any_order(records, order, times):
    said = {
        3: [record("a", amount=3), record("b", amount=3)],
        5: [patch("a", amount=0, isReversed=True), record("c", NOON - DAY, 5)],
        7: [record("b", amount=7)],
        9: [record("d", NOON + DAY, 9), gone("c", NOON - DAY)],
    }
    for _ in range(times):
        await records.put(ACCOUNT, {sequence: said[sequence] for sequence in order})
    assert [(call.name[-2:], call.facts["amount"]) for call in await listed(records)] == [
        ("61", 0),
        ("62", 7),
        ("64", 9),
    ]


async def test_records_of_more_commits_than_a_transaction_has_rows_are_all_kept(records):
    said = {n + 1: [record(str(n), NOON + n * timedelta(minutes=1), n)] for n in range(250)}
    await records.put(ACCOUNT, said)
    await records.put(ACCOUNT, said)
    assert await amounts(records) == list(range(250))


async def test_numbers_are_deleted_with_their_day_and_the_calls_stay(records):
    await records.put(ACCOUNT, {1: [record(str(n), NOON + n * DAY, n) for n in range(3)]})
    assert await records.forget_numbers(ACCOUNT, NOON) == 0
    assert await records.forget_numbers(ACCOUNT, NOON + 2 * DAY) == 2
    assert [bool(call.numbers) for call in await listed(records)] == [False, False, True]
    assert await records.forget_numbers(ACCOUNT, NOON + 2 * DAY) == 0
    assert await amounts(records) == [0, 1, 2]


async def test_a_call_that_is_reported_after_the_retention_never_gets_its_numbers(records, clock):
    clock.time = NOON + KEEP + timedelta(days=1)
    await records.put(ACCOUNT, {1: [record()]})
    [call] = await listed(records)
    assert (call.facts["amount"], dict(call.numbers)) == (1, {})


async def test_a_record_is_found_by_its_event_and_start(records):
    await records.put(ACCOUNT, {1: [record("a"), record("b", amount=2)]})
    found = await records.find(ACCOUNT, b"b".hex(), NOON)
    assert found is not None
    assert found.facts["amount"] == 2
    assert await records.find(ACCOUNT, b"b".hex(), NOON + DAY) is None
    assert await records.find(OTHER, b"b".hex(), NOON) is None
