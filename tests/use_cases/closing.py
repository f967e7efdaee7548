"""Accounts in which nothing is left, and their closing."""

from typing import Any

from shared.use_cases.accounts.close_account import close_account


async def close(tenant) -> Any:
    return (await tenant.request(close_account)).value


async def emptied(tenant):
    """An account whose ten dollars have lapsed."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("10", expiresAt="2026-03-02T00:00:00Z")
    for _ in range(5):
        await tenant.world.tick(days=1)
    assert await tenant.balance() == "0"


async def emptied_of_overdraft(tenant):
    await tenant.grant("0.02", "settles")
    assert (await tenant.amounts())["overdraft"] == "0"
