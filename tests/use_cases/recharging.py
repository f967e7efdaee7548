"""A tenant whose balance stands a minute's call above its trigger, and what happens when that call is reported."""

from typing import Any

from tests.tenant import LEEDS, Tenant, call, report, usd


async def about_to_recharge(tenant: Tenant, *methods: str, **order: Any) -> Tenant:
    """10.01 dollars, a trigger of 10, fifty a charge, and the cards of *methods*."""
    for method in methods or ("pm_card_visa",):
        await tenant.store_card(method)
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"), **order)
    return tenant


async def cross(tenant: Tenant, name: str = "crossing") -> None:
    """One more minute, and the balance is at the trigger; everything that follows is done."""
    await report(tenant.world, call(name, called=LEEDS))
    await tenant.world.drain()


def tries(world) -> list[bool]:
    """Every try to take money, in order: whether it was taken."""
    return [charge.succeeded for charge in world.payments.charges]
