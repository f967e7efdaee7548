"""What the port `Suspense` promises of an item, over the fake table and over Azurite."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.adapters.suspense_tables import SuspenseTables
from shared.ports import OutcomeUnknownError, Suspended, SuspenseState, UnavailableError
from tests.fakes.table import FakeTable

NAME = "20260301120000000000-0123456789abcdef"
ITEM = Suspended(NAME, "no_rate", "no rate", datetime(2026, 3, 1, 12, tzinfo=UTC), "{}", "an account", "a switch", "1")


async def kept(suspense):
    """The item as it is now."""
    item = await suspense.get(NAME)
    assert item is not None
    return item


async def test_an_item_is_kept_once_and_found_whole(table):
    suspense = SuspenseTables(table)
    assert await suspense.put(ITEM)
    assert not await suspense.put(replace(ITEM, detail="sent again"))
    assert await kept(suspense) == ITEM
    assert [item async for item in suspense.items(SuspenseState.OPEN, None)] == [ITEM]


async def test_a_change_is_stored_once_it_was_read(table):
    suspense = SuspenseTables(table)
    await suspense.put(ITEM)
    dismissed = replace(await kept(suspense), state=SuspenseState.DISMISSED, detail="a test")
    assert await suspense.change(dismissed)
    assert await kept(suspense) == dismissed


async def test_of_two_who_read_the_same_item_one_changes_it(table):
    suspense = SuspenseTables(table)
    await suspense.put(ITEM)
    one = await kept(suspense)
    [other] = [item async for item in suspense.items(SuspenseState.OPEN, None)]
    assert await suspense.change(replace(one, state=SuspenseState.REPLAYED))
    assert not await suspense.change(replace(other, state=SuspenseState.DISMISSED))
    assert (await kept(suspense)).state is SuspenseState.REPLAYED
    assert await suspense.change(replace(await kept(suspense), detail="read again"))


async def test_a_change_without_an_answer_is_an_outage():
    table = FakeTable()
    suspense = SuspenseTables(table)
    await suspense.put(ITEM)
    item = await kept(suspense)

    async def cut_off(*_what):
        raise OutcomeUnknownError("no answer")

    table.before = cut_off
    with pytest.raises(UnavailableError):
        await suspense.change(item)
