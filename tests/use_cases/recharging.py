"""Prepares a tenant whose balance is the cost of one minute above its trigger, and reports that minute."""

from typing import Any

from tests.tenant import LEEDS, Tenant, call, report, usd


async def about_to_recharge(tenant: Tenant, *methods: str, **order: Any) -> Tenant:
    """Prepare 10.01 dollars, a trigger of 10, charges of 50, and the cards *methods*."""
    for method in methods or ("pm_card_visa",):
        await store_confirmed(tenant, method)
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"), **order)
    return tenant


async def cross(tenant: Tenant, name: str = "crossing") -> None:
    """Report the minute that brings the balance to the trigger, and process everything that follows."""
    await report(tenant.world, call(name, called=LEEDS))
    await tenant.world.drain()


def tries(world) -> list[bool]:
    """Whether each charge succeeded, in order."""
    return [charge.succeeded for charge in world.payments.charges]


async def store_confirmed(tenant: Tenant, method: str) -> None:
    """Store a card; if its bank asks its holder, he confirms."""
    answer = await tenant.store_card(method)
    if "state" in answer:
        tenant.world.payments.authenticate(list(tenant.world.payments.setups)[-1])
        await tenant.cards()


async def emails(world):
    """Subject and text of each e-mail about a failed charge, a card, or auto-recharge that is off."""
    about = ("failed", "card", "expires", "switched off")
    return [(sent.subject, sent.text) for sent in world.mail.emails if any(word in sent.subject for word in about)]
