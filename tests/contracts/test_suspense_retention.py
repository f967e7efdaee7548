"""The contract of the port `Suspense` for retention, on the fake table and on Azurite."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.storage.suspense_retention import AT_ONCE, BYTES, CLOSED
from shared.adapters.storage.suspense_tables import SuspenseTables
from shared.ports import Deleted, OutcomeUnknownError, Suspended, SuspenseState, UnavailableError
from shared.ports.suspense import Encoding, key_of_bytes
from tests.fakes.table import FakeTable

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = START - 1000 * DAY


def item(received_at=START, name="0123456789abcdef"):
    named = f"{received_at:%Y%m%d%H%M%S%f}-{name}"
    return Suspended(named, "no_rate", "no rate", received_at, "{}", "an account", "a switch", "1")


def junk(received_at=START, raw=b"junk"):
    """An item of bytes without an identity; bytes that are not UTF-8 are stored as base64."""
    encoding = Encoding.TEXT if raw.isascii() else Encoding.BASE64
    text = raw.decode() if raw.isascii() else base64.b64encode(raw).decode()
    return Suspended(key_of_bytes(raw), "unreadable", "no JSON", received_at, text, encoding=encoding)


async def closed(suspense, name, at, state=SuspenseState.DISMISSED):
    """Close the item as an operator does."""
    found = await suspense.get(name)
    assert await suspense.change(found.closed(state, now=at))


async def everything(suspense):
    return [each.id for state in SuspenseState async for each in suspense.items(state, None)]


async def test_a_closed_item_is_deleted_after_its_retention_and_an_open_one_stays(table):
    suspense = SuspenseTables(table)
    old, other = item(), item(name="fedcba9876543210")
    await suspense.put(old)
    await suspense.put(other)
    await closed(suspense, old.id, START + DAY)
    assert await suspense.delete_outdated(START + DAY, LONG_AGO) == Deleted(0, 0)
    assert await suspense.delete_outdated(START + DAY + timedelta(microseconds=1), LONG_AGO) == Deleted(1, 0)
    assert await everything(suspense) == [other.id]
    assert (await table.range(CLOSED, "", "~")).rows == []


async def test_an_item_in_any_state_is_deleted_after_the_longest_retention(table):
    suspense = SuspenseTables(table)
    names = ["0" * 16, "1" * 16, "2" * 16]
    for number, name in enumerate(names):
        await suspense.put(item(START + number * DAY, name))
    await closed(suspense, item(START, names[0]).id, START + 5 * DAY)
    assert await suspense.delete_outdated(LONG_AGO, START + 2 * DAY) == Deleted(2, 1)
    assert await everything(suspense) == [item(START + 2 * DAY, names[2]).id]


async def test_the_retention_of_an_item_starts_again_when_it_is_closed_again(table):
    suspense = SuspenseTables(table)
    await suspense.put(item())
    await closed(suspense, item().id, START + DAY)
    await closed(suspense, item().id, START + 50 * DAY, SuspenseState.REPLAYED)
    assert await suspense.delete_outdated(START + 10 * DAY, LONG_AGO) == Deleted(0, 0)
    assert await suspense.delete_outdated(START + 51 * DAY, LONG_AGO) == Deleted(1, 0)


async def test_an_item_closed_by_an_earlier_release_is_kept_for_the_longest_retention(table):
    suspense = SuspenseTables(table)
    await suspense.put(item())
    (found,) = [each async for each in suspense.items(SuspenseState.OPEN, None)]
    await suspense.change(replace(found, state=SuspenseState.REPLAYED))
    assert await suspense.delete_outdated(START + 399 * DAY, START - DAY) == Deleted(0, 0)
    assert await suspense.delete_outdated(START + 410 * DAY, START + DAY) == Deleted(1, 0)


@pytest.mark.parametrize("raw", [b"junk", b"\xff\xfe"], ids=["text", "no text"])
async def test_the_same_bytes_are_a_new_item_after_the_first_was_deleted(table, raw):
    suspense = SuspenseTables(table)
    assert await suspense.put(junk(START, raw))
    assert not await suspense.put(junk(START + DAY, raw))
    assert await suspense.delete_outdated(LONG_AGO, START + DAY) == Deleted(1, 1)
    assert (await table.range(BYTES, "", "~")).rows == []
    assert await suspense.put(junk(START + 2 * DAY, raw))
    (kept,) = await everything(suspense)
    assert kept.startswith("20260303120000")
    assert await suspense.delete_outdated(LONG_AGO, START + 2 * DAY) == Deleted(0, 0)


async def test_more_items_than_fit_into_a_transaction_are_deleted(table):
    suspense = SuspenseTables(table)
    for number in range(AT_ONCE + 1):
        await suspense.put(item(START + number * timedelta(seconds=1)))
        await closed(suspense, item(START + number * timedelta(seconds=1)).id, START + DAY)
    assert await suspense.delete_outdated(START + 2 * DAY, LONG_AGO) == Deleted(AT_ONCE + 1, 0)
    assert await everything(suspense) == []


async def test_the_start_of_complete_retention_is_recorded_and_never_goes_back(table):
    suspense = SuspenseTables(table)
    assert await suspense.kept_since() is None
    await suspense.delete_outdated(START, LONG_AGO)
    assert await suspense.kept_since() == START
    await suspense.delete_outdated(START - DAY, LONG_AGO)
    assert await suspense.kept_since() == START
    await suspense.delete_outdated(START, START + DAY)
    assert await suspense.kept_since() == START + DAY


async def test_an_item_replayed_during_the_deletion_is_kept():
    table = FakeTable()
    suspense = SuspenseTables(table)
    await suspense.put(item())
    await suspense.put(item(name="f" * 16))

    async def replayed(verb, partition, writes):
        if (verb, partition, len(writes)) == ("transact", "items", 2):
            table.before = None
            await closed(suspense, item().id, START + 410 * DAY, SuspenseState.REPLAYED)

    table.before = replayed
    assert await suspense.delete_outdated(LONG_AGO, START + DAY) == Deleted(1, 1)
    assert await everything(suspense) == [item().id]


async def test_the_deletion_reads_only_due_items():
    table = FakeTable()
    suspense = SuspenseTables(table)
    for number in range(300):
        await suspense.put(item(START + number * DAY))
        await closed(suspense, item(START + number * DAY).id, START + number * DAY)
    asked = []

    async def counted(verb, partition, _what):
        asked.append((verb, partition))

    table.before = counted
    assert await suspense.delete_outdated(START + DAY, START - 300 * DAY) == Deleted(1, 0)
    assert len(asked) <= 8


async def test_an_unanswered_deletion_is_an_outage_and_can_be_repeated():
    table = FakeTable()
    suspense = SuspenseTables(table)
    await suspense.put(junk())

    async def cut_off(verb, partition, _what):
        if (verb, partition) == ("transact", "items"):
            table.after = None
            raise OutcomeUnknownError("no answer")

    table.after = cut_off
    with pytest.raises(UnavailableError):
        await suspense.delete_outdated(LONG_AGO, START + DAY)
    assert await suspense.delete_outdated(LONG_AGO, START + DAY) == Deleted(0, 0)
    assert await everything(suspense) == []
