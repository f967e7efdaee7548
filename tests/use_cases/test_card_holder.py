"""A card whose bank asks its holder: it is not dead, and is charged once he has confirmed it (R4, R5)."""

import pytest

from shared.use_cases.cards.store_card import store_card
from tests.tenant import usd
from tests.use_cases.recharging import about_to_recharge, cross, emails, store_confirmed, tries

ALWAYS, UNTIL_SET_UP = "pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup"


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    return tenant


async def asked(tenant, method=UNTIL_SET_UP):
    return await tenant.request(store_card, {"paymentMethod": method})


async def stored_unconfirmed(world, tenant, method=UNTIL_SET_UP):
    """Store a card as a version before card setups did: attached, not set up."""
    await store_confirmed(tenant, method)
    (card,) = await tenant.cards()
    world.payments._set_up_cards.clear()
    return card["id"]


@pytest.fixture
async def waiting(world, tenant):
    """A recharge that waits for the holder of its only card."""
    card = await stored_unconfirmed(world, tenant)
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"))
    await cross(tenant)
    return card


async def test_a_card_that_needs_its_holder_is_not_dead(world, tenant, waiting):
    (card,) = await tenant.cards()
    assert (card["id"], card["refused"], card["needsHolder"]) == (waiting, False, True)
    order = await tenant.auto_recharge()
    assert (order["enabled"], order["slot"], order["nextAttempt"]) == (True, "declined", None)
    await world.tick(days=5)
    assert tries(world) == [False]
    assert [subject for subject, _ in await emails(world)] == [
        "Communications Credits: the bank wants you to confirm a card"
    ]


async def test_it_is_charged_at_once_when_its_holder_stores_it_again(world, tenant, waiting):
    await asked(tenant)
    world.payments.authenticate(list(world.payments.setups)[-1])
    (card,) = await tenant.cards()
    assert (card["needsHolder"], card["id"] != waiting) == (False, True)
    await world.drain()
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await world.audit() == []


async def test_it_is_confirmed_by_a_purchase_of_its_holder(world, tenant, waiting):
    await tenant.set_auto_recharge(trigger=usd("500"), largestCharge=usd("500"))
    bought = (await tenant.buy(paymentMethod=waiting)).value
    assert bought["state"] == "requiresAction"
    assert (await tenant.cards())[0]["needsHolder"]
    world.payments.resolve(list(world.payments.payments)[-1], "succeed")
    await tenant.world.tick(minutes=3)
    assert not (await tenant.cards())[0]["needsHolder"]
    assert await tenant.booked("recharge") != []


async def test_the_next_card_is_charged_at_once_and_the_first_is_left_out_from_then_on(world, tenant):
    needing = await stored_unconfirmed(world, tenant)
    await about_to_recharge(tenant, "pm_card_mastercard")
    await cross(tenant)
    assert tries(world) == [False, True]
    assert [card["needsHolder"] for card in await tenant.cards()] == [True, False]
    await tenant.set_auto_recharge(trigger=usd("500"), largestCharge=usd("500"))
    await world.drain()
    assert tries(world) == [False, True, True]
    assert needing not in {charge.card for charge in world.payments.charges[1:]}


async def test_a_card_that_is_asked_for_every_charge_needs_its_holder_every_time(world, tenant):
    await about_to_recharge(tenant, ALWAYS)
    await cross(tenant)
    assert (await tenant.cards())[0]["needsHolder"]
    await store_confirmed(tenant, ALWAYS)
    await world.drain()
    assert (tries(world), (await tenant.cards())[0]["needsHolder"]) == ([False, False], True)
    assert [subject for subject, _ in await emails(world)] == [
        "Communications Credits: the bank wants you to confirm a card"
    ] * 2
    assert await world.audit() == []
