"""The register of accounts: it contains every account once, with its place."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.storage import registry_order
from shared.adapters.storage.registry_tables import RegistryTables
from shared.adapters.storage.spread_tables import HOME
from shared.kernel.ids import AccountId
from shared.ports import Create
from tests.fakes.table import FakeTable

NAMES = [AccountId(f"5f0c1f9e-0000-4000-8000-{number:012d}") for number in range(7)]


@pytest.mark.parametrize("at_once", [2, 3])
@pytest.mark.parametrize("accounts", [0, 1, 2, 3, 4, 5, 7])
async def test_every_account_is_listed_once_over_several_requests(monkeypatch, accounts, at_once):
    """The nightly audit checks only listed accounts."""
    monkeypatch.setattr(registry_order, "AT_ONCE", at_once)
    table = FakeTable()
    registry = RegistryTables(table)
    for name in reversed(NAMES[:accounts]):
        await registry.add(name)
    verbs = []

    async def look(verb, _partition, _what):
        verbs.append(verb)

    table.before = look
    assert [name async for name in registry.accounts()] == NAMES[:accounts]
    assert len(verbs) == accounts // at_once + 1


async def test_the_time_of_the_first_opening_is_kept():
    registry = RegistryTables(FakeTable())
    at = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
    await registry.add(NAMES[1])
    await registry.add(NAMES[0], at)
    await registry.add(NAMES[0], at + timedelta(days=1))
    assert await registry.by_age("", 3) == [f"00000000000000000000-{NAMES[1]}", f"20260301120000000007-{NAMES[0]}"]


async def test_an_account_in_the_home_storage_has_no_place_in_its_row():
    table = FakeTable()
    await RegistryTables(table).add(NAMES[0])
    [row] = (await table.range("accounts", "0", "~")).rows
    assert dict(row.values) == {}
    assert await RegistryTables(table).place(NAMES[0]) == HOME
    assert await RegistryTables(table).place(NAMES[1]) is None


async def test_an_account_is_searched_for_before_it_is_placed():
    """Its row was lost; if it were placed again, it would have two books."""
    ledgers = {HOME: FakeTable(), "two": FakeTable()}
    for place, other in ((HOME, "two"), ("two", HOME)):
        registry = RegistryTables(FakeTable(), (other,), ledgers)
        await ledgers[place].transact(NAMES[0], [Create("a:head", {"n": 1}), Create("a:lot:1", {"n": 2})])
        await registry.add(NAMES[0])
        assert await registry.place(NAMES[0]) == place
        ledgers[place].partitions.clear()


async def test_with_one_ledger_no_search_is_made():
    table = FakeTable()
    registry = RegistryTables(table, (), {HOME: FakeTable()})
    await registry.add(NAMES[0])
    verbs = []

    async def look(verb, _partition, _what):
        verbs.append(verb)

    table.before = look
    await registry.add(NAMES[0])
    assert verbs == ["transact"]


async def test_with_two_ledgers_a_known_account_needs_a_read_but_no_search():
    table, ledgers = FakeTable(), {HOME: FakeTable(), "two": FakeTable()}
    registry = RegistryTables(table, ("two",), ledgers)
    await registry.add(NAMES[0])
    verbs = []

    async def look(verb, _partition, _what):
        verbs.append(verb)

    table.before = ledgers[HOME].before = ledgers["two"].before = look
    await registry.add(NAMES[0])
    assert verbs == ["get"]
