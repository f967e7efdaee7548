"""The contract of the port `Suspense` for items, on the fake table and on Azurite."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.adapters.storage.suspense_tables import SuspenseTables
from shared.ports import Create, Encoding, OutcomeUnknownError, Suspended, SuspenseState, UnavailableError
from tests.fakes.table import FakeTable

NAME = "20260301120000000000-0123456789abcdef"
ITEM = Suspended(NAME, "no_rate", "no rate", datetime(2026, 3, 1, 12, tzinfo=UTC), "{}", "an account", "a switch", "1")


async def kept(suspense):
    """The current state of the item."""
    item = await suspense.get(NAME)
    assert item is not None
    return item


async def test_an_item_is_stored_once_and_read_completely(table):
    suspense = SuspenseTables(table)
    assert await suspense.put(ITEM)
    assert not await suspense.put(replace(ITEM, detail="sent again"))
    assert await kept(suspense) == ITEM
    assert [item async for item in suspense.items(SuspenseState.OPEN, None)] == [ITEM]


async def test_an_unknown_item_is_none(table):
    assert await SuspenseTables(table).get(NAME) is None


def unidentified(name, message="{}", encoding=Encoding.TEXT, minutes=0):
    received = datetime(2026, 3, 1, 12, minutes, tzinfo=UTC)
    return Suspended(f"bytes-{name}", "unreadable", "no JSON", received, message, encoding=encoding)


async def test_items_without_identity_are_stored_once_with_the_first_receipt(table):
    suspense = SuspenseTables(table)
    first = [unidentified(f"{number:03}") for number in range(150)]
    new = await suspense.put_unidentified([*first, *first])
    assert [item.id for item in new] == [f"20260301120000000000-{item.id}" for item in first]
    later = [unidentified(f"{number:03}", minutes=1) for number in range(140, 260)]
    new = await suspense.put_unidentified(later)
    assert [item.id for item in new] == [f"20260301120100000000-{item.id}" for item in later[10:]]
    assert len([item async for item in suspense.items(SuspenseState.OPEN, None)]) == 260
    assert await suspense.put_unidentified([*first, *later]) == []
    assert await suspense.kept_bytes(["bytes-000", "bytes-259", "bytes-260"]) == {"bytes-000", "bytes-259"}


async def test_an_interrupted_item_is_stored_under_its_first_name(table):
    suspense = SuspenseTables(table)
    await table.transact("bytes", [Create("bytes-a", {"item": "20260301110000000000-bytes-a"})])
    assert await suspense.kept_bytes(["bytes-a"]) == set()
    (item,) = await suspense.put_unidentified([unidentified("a")])
    assert (await suspense.get("20260301110000000000-bytes-a")) == item


@pytest.mark.parametrize(
    ("message", "encoding"),
    [("/w==", Encoding.BASE64), ("\x00\x01\u007f\u202e\U0001f600", Encoding.TEXT), ("\x7f" * 65_536, Encoding.TEXT)],
)
async def test_a_message_is_read_back_unchanged(table, message, encoding):
    suspense = SuspenseTables(table)
    (item,) = await suspense.put_unidentified([unidentified("a", message, encoding)])
    found = await suspense.get(item.id)
    assert found == item
    assert await suspense.change(replace(found, detail="read again"))
    assert await suspense.get(item.id) == replace(item, detail="read again")


async def test_an_item_with_an_unpaired_surrogate_in_its_event_id_is_read_back(table):
    suspense = SuspenseTables(table)
    item = replace(ITEM, source="urn:\ud800", event="\x00\udfff")
    assert await suspense.put(item)
    assert await suspense.get(item.id) == item


async def test_an_item_that_was_read_can_be_changed(table):
    suspense = SuspenseTables(table)
    await suspense.put(ITEM)
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    dismissed = replace(await kept(suspense), state=SuspenseState.DISMISSED, detail="a test", closed_at=noon)
    assert await suspense.change(dismissed)
    assert await kept(suspense) == dismissed


async def test_of_two_concurrent_changes_of_an_item_one_succeeds(table):
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
