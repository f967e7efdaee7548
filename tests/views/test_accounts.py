"""Operators list open accounts."""

from typing import Any
from unittest.mock import Mock

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.accounts.close_account import close_account
from shared.views import accounts
from shared.views.accounts import list_accounts
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant, code_of


async def test_the_list_shows_the_organisations_names(world):
    await Tenant(world).open(name="Contoso")
    await Tenant(world, OTHER).open()
    shown: Any = (await Tenant(world).request(list_accounts)).value
    assert [(item["account"], item["name"]) for item in shown["items"]] == [(ACCOUNT, "Contoso"), (OTHER, None)]


NAMES = [f"5f0c1f9e-0000-4000-8000-{number:012d}" for number in range(100, 150)]


async def listed(tenant, limit=20, between=None, **query):
    found: list[str] = []
    after: Any = ""
    while after is not None:
        asked = {"limit": str(limit), **query, **({"after": after} if after else {})}
        shown: Any = (await tenant.request(list_accounts, query=asked)).value
        assert len(shown["items"]) <= limit
        found += [item["account"] for item in shown["items"]]
        after = shown["next"]
        if between:
            await between()
    return found


@pytest.mark.parametrize("kept", [1, accounts.KEPT])
@pytest.mark.parametrize("limit", [1, 20, 48, 49, 1_000])
async def test_operators_list_open_accounts_the_oldest_first(world, tenant, monkeypatch, limit, kept):
    monkeypatch.setattr(accounts, "KEPT", kept)
    for name in reversed(NAMES):
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    await tenant.request(close_account)
    await Tenant(world, NAMES[7]).request(close_account)
    await world.services.registry.add(AccountId(OTHER))  # registered, but never opened
    expected = [name for name in reversed(NAMES) if name != NAMES[7]]
    assert await listed(tenant, limit) == expected
    assert await listed(tenant, limit, order="desc") == expected[::-1]
    assert await code_of(tenant.request(list_accounts, query={"after": "nonsense"})) == "invalid_request"


async def test_closed_accounts_do_not_make_a_page_read_the_register_again(world, tenant, monkeypatch):
    for name in NAMES:
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    for name in NAMES[:40]:
        await Tenant(world, name).request(close_account)
    whole = Mock(wraps=world.services.registry.by_age)
    monkeypatch.setattr(world.services.registry, "by_age", whole)
    assert await listed(tenant, 20) == [tenant.account, *NAMES[40:]]
    assert whole.call_count == 1


async def test_accounts_of_earlier_versions_have_no_time_and_come_first(world, tenant):
    world.accounts.partitions.clear()
    for name in (NAMES[1], NAMES[3]):
        await world.services.registry.add(AccountId(name))  # as 0.1.0 did
    for name in (NAMES[3], NAMES[1], NAMES[2], NAMES[0]):
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    assert await listed(tenant, 1) == [NAMES[1], NAMES[3], NAMES[2], NAMES[0]]


async def test_an_account_that_is_opened_meanwhile_comes_last_and_hides_none(world, tenant):
    world.clock.forward(seconds=1)
    await Tenant(world, NAMES[10]).open()
    later = iter(reversed(NAMES[:10]))

    async def open_another():
        world.clock.forward(seconds=1)
        if (name := next(later, None)) is not None:
            await Tenant(world, name).open()

    assert await listed(tenant, 1, open_another) == [tenant.account, *reversed(NAMES[:11])]
