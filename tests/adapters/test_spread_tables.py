"""Accounts in several storage accounts: the place of an account is decided once, when it is opened."""

import json
from collections import Counter
from uuid import UUID

import pytest

from local.machine.paths import ROOT
from shared.adapters.storage import spread_tables
from shared.adapters.storage.registry_tables import RegistryTables
from shared.adapters.storage.spread_tables import HOME, SpreadTable
from shared.kernel.ids import AccountId
from shared.ports import Create, OutcomeUnknownError, UnavailableError, Upsert
from shared.settings import read_settings
from tests.fakes.table import FakeTable

EXAMPLE = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]
ACCOUNTS = [AccountId(str(UUID(int=number, version=4))) for number in range(400)]
ONE, OTHER = ACCOUNTS[:2]


@pytest.fixture
def rows():
    """The rows of the register."""
    return FakeTable()


@pytest.fixture
def stores():
    return {place: FakeTable() for place in (HOME, "two", "three")}


def spread(rows, stores, *places):
    """The ledger's table in a process with *places* in its setting."""
    return SpreadTable(RegistryTables(rows, places).place, {place: stores[place] for place in (HOME, *places)})


def register(rows, stores, *places):
    """The register in a process with *places* in its setting."""
    return RegistryTables(rows, places, {place: stores[place] for place in (HOME, *places)})


def holding(stores, account):
    return [place for place, store in stores.items() if store.partitions.get(account)]


async def placed(rows, *places):
    """The place of each account that is opened with *places* in the setting."""
    registry = RegistryTables(rows, places)
    for account in ACCOUNTS:
        await registry.add(account)
    return {account: await registry.place(account) for account in ACCOUNTS}


async def test_new_accounts_are_placed_evenly_in_further_storage_accounts(rows):
    counts = Counter((await placed(rows, "two", "three")).values())
    assert set(counts) == {"two", "three"}
    assert min(counts.values()) > 150


async def test_without_further_storage_accounts_all_are_in_the_home_storage(rows):
    assert set((await placed(rows)).values()) == {HOME}


@pytest.mark.parametrize("later", [("two", "three"), ("three", "two"), ("three",), ()])
async def test_an_account_stays_where_it_was_placed_with_any_later_setting(rows, later):
    before = await placed(rows, "two")
    assert await placed(rows, *later) == before


async def test_accounts_from_before_the_first_spread_stay_in_the_home_storage(rows, stores):
    await rows.transact("accounts", [Upsert(ONE, {})])
    await RegistryTables(rows, ("two",)).add(ONE)
    await spread(rows, stores, "two").transact(ONE, [Create("a:head", {"n": 1})])
    assert holding(stores, ONE) == [HOME]


@pytest.mark.parametrize("place", [HOME, "two", "three"])
@pytest.mark.parametrize("left", ["a:head", "j:000000000001"])
async def test_an_unregistered_account_is_found_by_its_rows(rows, stores, place, left):
    for account in ACCOUNTS[:8]:
        await stores[place].transact(account, [Create(left, {"n": 1})])
        await register(rows, stores, "two", "three").add(account)
    registry = RegistryTables(rows)
    assert {await registry.place(account) for account in ACCOUNTS[:8]} == {place}


async def test_a_registered_account_is_not_searched_for(rows, stores):
    registry = register(rows, stores, "two", "three")
    await registry.add(ONE)

    async def away(*_what):
        raise UnavailableError("away")

    for store in stores.values():
        store.before = away
    await registry.add(ONE)
    with pytest.raises(UnavailableError):
        await registry.add(OTHER)
    assert await registry.place(OTHER) is None


async def test_the_place_of_an_account_is_not_guessed_during_an_outage(rows, stores):
    async def away(*_what):
        raise UnavailableError("away")

    stores["three"].before = away
    with pytest.raises(UnavailableError):
        await register(rows, stores, "two", "three").add(ONE)
    assert await RegistryTables(rows).place(ONE) is None


async def test_concurrent_openings_with_different_settings_agree_on_the_place(rows):
    first, second = RegistryTables(rows, ("two",)), RegistryTables(rows, ("three",))
    await first.add(ONE)
    await second.add(ONE)
    assert [await each.place(ONE) for each in (first, second)] == ["two", "two"]


async def test_all_rows_of_an_account_are_in_its_storage_account(rows, stores):
    await RegistryTables(rows, ("two",)).add(ONE)
    table = spread(rows, stores, "two")
    await table.transact(ONE, [Create("a:head", {"n": 1}), Create("j:1", {"n": 2})])
    assert holding(stores, ONE) == ["two"]
    assert (await table.get(ONE, "a:head")).values == {"n": 1}
    assert [row.key for row in (await table.range(ONE, "", "~")).rows] == ["a:head", "j:1"]


async def test_an_account_opened_during_requests_is_found_in_its_place(rows, stores):
    early = spread(rows, stores, "two")
    assert await early.get(ONE, "a:head") is None
    await RegistryTables(rows, ("two",)).add(ONE)
    await spread(rows, stores, "two").transact(ONE, [Create("a:head", {"n": 1})])
    assert (await early.get(ONE, "a:head")).values == {"n": 1}


async def test_a_place_is_read_once(rows, stores):
    await RegistryTables(rows, ("two",)).add(ONE)
    accounts = []

    async def place_of(account):
        accounts.append(account)
        return await RegistryTables(rows).place(account)

    table = SpreadTable(place_of, stores)
    for _ in range(3):
        await table.get(ONE, "a:head")
    await table.get(OTHER, "a:head")
    assert accounts == [ONE, OTHER]


async def test_cached_places_are_cleared_before_there_are_too_many(rows, stores, monkeypatch):
    monkeypatch.setattr(spread_tables, "KNOWN_MAX", 1)
    await RegistryTables(rows, ("two",)).add(ONE)
    await RegistryTables(rows, ("two",)).add(OTHER)
    accounts = []

    async def place_of(account):
        accounts.append(account)
        return await RegistryTables(rows).place(account)

    table = SpreadTable(place_of, stores)
    for account in (ONE, ONE, OTHER, OTHER, ONE):
        await table.get(account, "a:head")
    assert accounts == [ONE, OTHER, ONE]


async def test_a_limit_applies_to_rows_of_the_accounts_storage_account(rows, stores):
    await RegistryTables(rows, ("two",)).add(ONE)
    table = spread(rows, stores, "two")
    await table.transact(ONE, [Create(f"j:{number}", {"n": number}) for number in range(3)])
    assert [row.key for row in (await table.range(ONE, "j:", "j:~", 2)).rows] == ["j:0", "j:1"]


async def test_a_storage_account_that_is_not_configured_is_an_outage(rows, stores):
    await RegistryTables(rows, ("two",)).add(ONE)
    await spread(rows, stores, "two").transact(ONE, [Create("a:head", {"n": 1})])
    table = spread(rows, stores, "three")
    with pytest.raises(UnavailableError, match="is in two, which CreditsStorage__spread does not name"):
        await table.get(ONE, "a:head")
    with pytest.raises(UnavailableError):
        await table.range(ONE, "", "~")
    with pytest.raises(OutcomeUnknownError, match="CreditsStorage__spread"):
        await table.transact(ONE, [Create("a:head", {"n": 1})])
    assert holding(stores, ONE) == ["two"]


async def test_an_opening_with_a_lost_answer_can_be_repeated(rows):
    lost = [True]

    async def lose(*_what):
        if lost and lost.pop():
            raise OutcomeUnknownError("lost")

    rows.after = lose
    registry = RegistryTables(rows, ("two",))
    with pytest.raises(UnavailableError):
        await registry.add(ONE)
    await registry.add(ONE)
    assert await registry.place(ONE) == "two"


def test_the_setting_lists_each_storage_account():
    named = "two=https://two.table.example, three=DefaultEndpointsProtocol=https;AccountKey=aa=="
    assert read_settings({**EXAMPLE, "CreditsStorage__spread": named}).spread == {
        "two": "https://two.table.example",
        "three": "DefaultEndpointsProtocol=https;AccountKey=aa==",
    }
    assert read_settings(EXAMPLE).spread == {}


@pytest.mark.parametrize("text", ["two", "two=", "=https://x", "Two=https://x", "two=https://x,two=https://y", "a b=c"])
def test_an_ambiguous_setting_is_rejected(text):
    with pytest.raises(ValueError, match="CreditsStorage__spread is a list such as"):
        read_settings({**EXAMPLE, "CreditsStorage__spread": text})
