"""The register in the order of opening: the same list with and without its rows, mended every night."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.storage import registry_order
from shared.adapters.storage.registry_tables import RegistryTables
from shared.kernel.ids import AccountId
from shared.ports import Create, OutcomeUnknownError, UnavailableError
from tests.fakes.table import FakeTable

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = [AccountId(f"5f0c1f9e-0000-4000-8000-{number:012d}") for number in (5, 3, 9, 1, 7)]
"""In the order of their opening, two of them at one instant."""

POSITIONS = [
    f"20260301120000000000-{NAMES[1]}",
    f"20260301120000000000-{NAMES[0]}",
    f"20260301120001000000-{NAMES[2]}",
    f"20260301120002000000-{NAMES[3]}",
    f"20260301120003000000-{NAMES[4]}",
]


@pytest.fixture
async def table():
    """A register of which an earlier version wrote two accounts: without rows for the order."""
    table = FakeTable()
    registry = RegistryTables(table)
    for number, name in enumerate(NAMES):
        at = AT + timedelta(seconds=max(0, number - 1))
        if number in {1, 3}:
            await table.transact("accounts", [Create(name, {"openedAt": f"{at:%Y%m%d%H%M%S%f}"})])
        else:
            await registry.add(name, at)
    return table


async def pages(table, most, *, is_reversed):
    """The whole list, read by another process in pages of *most*."""
    registry, after = RegistryTables(table), ""
    found: list[str] = []
    while page := await registry.by_age(after, most, is_reversed=is_reversed):
        assert len(page) <= most
        found += page
        after = page[-1]
    return found


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
@pytest.mark.parametrize("mended", [False, True])
@pytest.mark.parametrize("most", [1, 2, 3, 5, 6])
async def test_the_pages_have_every_account_once_in_order(monkeypatch, table, most, mended, at_once):
    monkeypatch.setattr(registry_order, "AT_ONCE", at_once)
    monkeypatch.setattr(registry_order, "POSITIONS_AT_ONCE", at_once)
    if mended:
        await RegistryTables(table).mend_order()
    assert await pages(table, most, is_reversed=False) == POSITIONS
    assert await pages(table, most, is_reversed=True) == POSITIONS[::-1]
    assert [name async for name in RegistryTables(table).accounts()] == sorted(NAMES)


async def test_a_page_of_a_mended_register_is_one_request(table):
    registry = RegistryTables(table)
    await registry.mend_order()
    asked = []

    async def look(verb, _partition, _what):
        asked.append(verb)

    table.before = look
    assert await registry.by_age(POSITIONS[1], 2) == POSITIONS[2:4]
    assert asked == ["range"]


async def test_what_an_earlier_version_adds_beside_this_one_is_in_the_list_after_a_night(table):
    registry = RegistryTables(table)
    await registry.mend_order()
    late = AccountId("5f0c1f9e-0000-4000-8000-000000000002")
    await table.transact("accounts", [Create(late, {"openedAt": "20260301120002500000"})])
    assert await registry.by_age(POSITIONS[3], 1) == POSITIONS[4:]
    await registry.mend_order()
    assert await registry.by_age(POSITIONS[3], 1) == [f"20260301120002500000-{late}"]


async def test_an_account_whose_lost_row_is_written_again_is_listed_once_after_a_night(table):
    registry = RegistryTables(table)
    await registry.mend_order()
    table.partitions["accounts"].pop(NAMES[2])
    await registry.add(NAMES[2], AT + timedelta(days=1))
    await registry.mend_order()
    expected = [*POSITIONS[:2], *POSITIONS[3:], f"20260302120000000000-{NAMES[2]}"]
    assert await pages(table, 10, is_reversed=False) == expected
    assert await pages(table, 10, is_reversed=True) == expected[::-1]


async def test_an_account_that_is_opened_while_the_order_is_mended_stays_in_it(table):
    registry, new = RegistryTables(table), AccountId("5f0c1f9e-0000-4000-8000-00000000000b")

    async def open_another(verb, _partition, what):
        if verb == "range" and what[0] == "0":  # the register is read, the order has been
            table.before = None
            await RegistryTables(table).add(new, AT + timedelta(days=1))

    table.before = open_another
    await registry.mend_order()
    assert (await registry.by_age("", 10))[-1] == f"20260302120000000000-{new}"


async def test_after_an_outage_the_whole_register_is_read_until_a_night_succeeds(table):
    async def lose(verb, _partition, _what):
        if verb == "transact":
            raise OutcomeUnknownError("no answer")

    table.before = lose
    with pytest.raises(UnavailableError):
        await RegistryTables(table).mend_order()
    table.before = None
    assert await pages(table, 10, is_reversed=False) == POSITIONS
