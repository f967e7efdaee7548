"""Operators list open accounts."""

from typing import Any
from unittest.mock import Mock

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.accounts.audit_nightly import audit_nightly
from shared.use_cases.accounts.close_account import close_account
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


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("limit", [1, 20, 48, 49, 1_000])
async def test_operators_list_open_accounts_the_oldest_first(world, tenant, night, limit):
    for name in reversed(NAMES):
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    await tenant.request(close_account)
    await Tenant(world, NAMES[7]).request(close_account)
    await world.services.registry.add(AccountId(OTHER))  # registered, but never opened
    expected = [name for name in reversed(NAMES) if name != NAMES[7]]
    if night:
        await audit_nightly(world.services)
    assert await listed(tenant, limit) == expected
    assert await listed(tenant, limit, order="desc") == expected[::-1]
    assert await code_of(tenant.request(list_accounts, query={"after": "nonsense"})) == "invalid_request"


async def test_a_page_reads_as_many_rows_of_the_register_as_it_shows(world, tenant):
    for name in NAMES:
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    await audit_nightly(world.services)
    assert await listed(tenant, 20) == [tenant.account, *NAMES]
    read = Mock(wraps=world.accounts.range)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.accounts, "range", read)
        shown: Any = (await tenant.request(list_accounts, query={"limit": "3", "order": "desc"})).value
    assert [item["account"] for item in shown["items"]] == NAMES[-1:-4:-1]
    assert [call.args[-1] for call in read.call_args_list] == [4]  # one more tells whether there is a next page


@pytest.mark.parametrize("night", [False, True])
async def test_accounts_of_earlier_versions_have_no_time_and_come_first(world, tenant, night):
    world.accounts.partitions.clear()
    for name in (NAMES[1], NAMES[3]):
        await world.services.registry.add(AccountId(name))  # as 0.1.0 did
    for name in (NAMES[3], NAMES[1], NAMES[2], NAMES[0]):
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    if night:
        await audit_nightly(world.services)
    assert await listed(tenant, 1) == [NAMES[1], NAMES[3], NAMES[2], NAMES[0]]
    assert await listed(tenant, 1, order="desc") == [NAMES[0], NAMES[2], NAMES[3], NAMES[1]]


@pytest.mark.parametrize("night", [False, True])
async def test_an_account_that_is_opened_meanwhile_comes_last_and_hides_none(world, tenant, night):
    world.clock.forward(seconds=1)
    await Tenant(world, NAMES[10]).open()
    if night:
        await audit_nightly(world.services)
    later = iter(reversed(NAMES[:10]))

    async def open_another():
        world.clock.forward(seconds=1)
        if (name := next(later, None)) is not None:
            await Tenant(world, name).open()

    assert await listed(tenant, 1, open_another) == [tenant.account, *reversed(NAMES[:11])]
