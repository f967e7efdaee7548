"""Operators list open accounts."""

from typing import Any

from shared.kernel.ids import AccountId
from shared.use_cases.accounts.close_account import close_account
from shared.views.accounts import list_accounts
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant, code_of


async def test_the_list_shows_the_organisations_names(world):
    await Tenant(world).open(name="Contoso")
    await Tenant(world, OTHER).open()
    shown: Any = (await Tenant(world).request(list_accounts)).value
    assert [(item["account"], item["name"]) for item in shown["items"]] == [(ACCOUNT, "Contoso"), (OTHER, None)]


async def test_operators_list_open_accounts_oldest_first(world, tenant):
    names = [f"5f0c1f9e-0000-4000-8000-{100 + number * 37 % 100:012d}" for number in range(50)]
    for name in names:
        world.clock.forward(seconds=1)
        await Tenant(world, name).open()
    await tenant.request(close_account)
    await Tenant(world, names[7]).request(close_account)
    await world.services.registry.add(AccountId(OTHER))  # registered, but never opened
    expected = [name for name in names if name != names[7]]
    listed: list[str] = []
    after: Any = ""
    while after is not None:
        query = {"limit": "20", **({"after": after} if after else {})}
        shown: Any = (await tenant.request(list_accounts, query=query)).value
        assert len(shown["items"]) <= 20
        listed += [item["account"] for item in shown["items"]]
        after = shown["next"]
    assert listed == expected
    for after in ("nonsense", "5f0c1f9e-0000-4000-8000-00000000dead"):
        assert await code_of(tenant.request(list_accounts, query={"after": after})) == "invalid_request"
