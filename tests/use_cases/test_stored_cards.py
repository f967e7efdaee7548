"""Stored cards: set up with their holder, put into an order, removed; what that does to auto-recharge (R4, R5)."""

import pytest

from shared.ports import SetupNews, SetupState, UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.cards.card_setup import settle_reported_setup
from shared.use_cases.cards.change_cards import open_card_form, order_card
from shared.use_cases.cards.store_card import store_card
from shared.use_cases.payments.payment_owner import CARD, payment_metadata
from tests.tenant import code_of
from tests.use_cases.recharging import about_to_recharge, cross, emails


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    return tenant


ALWAYS, UNTIL_SET_UP = "pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup"


async def asked(tenant, method=UNTIL_SET_UP, **more):
    """The answer to storing a card whose bank asks its holder."""
    return await tenant.request(store_card, {"paymentMethod": method, **more})


def only_setup(world):
    ((name, _),) = world.payments.setups.items()
    return name


async def reported(world, tenant, setup, deployment="credits"):
    news = SetupNews(setup, payment_metadata(tenant.account, CARD, "x", deployment))
    await settle_reported_setup(world.services, news)
    await world.drain()


async def brands(tenant):
    return [card["brand"] for card in await tenant.cards()]


# --- storing


async def test_a_card_whose_bank_asks_nothing_is_stored_at_once(world, tenant):
    reply = await tenant.request(store_card, {"paymentMethod": "pm_card_visa"})
    assert (reply.status, reply.value["needsHolder"]) == (201, False)
    assert not (await tenant.auto_recharge())["enabled"]
    assert [setup.state for setup in world.payments.setups.values()] == [SetupState.SUCCEEDED]


async def test_a_card_whose_bank_asks_is_stored_once_its_holder_has_confirmed(world, tenant):
    reply = await asked(tenant, returnUrl="https://portal.example/cards")
    secret, page = reply.value["clientSecret"], reply.value["redirectUrl"]
    assert (reply.status, reply.value["state"], bool(secret), bool(page)) == (202, "requiresAction", True, True)
    assert await tenant.cards() == []
    world.payments.authenticate(only_setup(world))
    assert await brands(tenant) == ["visa"]  # the next read
    assert await world.audit() == []


async def test_the_webhook_stores_it_as_well_and_once(world, tenant):
    await asked(tenant)
    setup = only_setup(world)
    await reported(world, tenant, setup)
    world.payments.authenticate(setup)
    for _ in range(2):
        await reported(world, tenant, setup)
    book = await world.services.book(tenant.account)
    assert (len(book.settings.cards), book.settings.setups) == (1, ())


async def test_a_late_report_does_not_bring_a_removed_card_back(world, tenant):
    await asked(tenant)
    world.payments.authenticate(only_setup(world))
    (card,) = await tenant.cards()
    await tenant.remove_card(card["id"])
    await reported(world, tenant, only_setup(world))
    assert await tenant.cards() == []


async def test_a_setup_of_another_deployment_is_ignored(world, tenant):
    await asked(tenant)
    world.payments.authenticate(only_setup(world))
    await reported(world, tenant, only_setup(world), "another")
    assert (await world.services.book(tenant.account)).settings.cards == ()


async def test_the_form_stores_the_card_that_it_gets(world, tenant):
    reply = await tenant.request(open_card_form)
    assert (reply.status, list(reply.value)) == (201, ["clientSecret"])
    assert await tenant.cards() == []
    world.payments.give(only_setup(world), "pm_card_mastercard")
    assert await brands(tenant) == ["mastercard"]


async def test_an_outage_leaves_a_setup_for_the_next_read(world, tenant):
    await asked(tenant)
    world.payments.authenticate(only_setup(world))
    world.payments.next_outcome("timeout_before", on="setup")
    assert await tenant.cards() == []
    assert await brands(tenant) == ["visa"]


async def test_at_most_ten_setups_wait(world, tenant):
    for _ in range(12):
        await tenant.request(open_card_form)
    assert (await world.services.book(tenant.account)).settings.setups == tuple(world.payments.setups)[2:]


async def test_cards_are_not_tested_through_the_form(tenant):
    async def often():
        for _ in range(1000):
            await tenant.request(open_card_form)

    assert await code_of(often()) == "too_many_requests"


# --- order and removal


async def put(tenant, card, order):
    return (await tenant.request(order_card, {"order": order}, method=card)).value


@pytest.fixture
async def both(tenant):
    return [(await tenant.store_card(method))["id"] for method in ("pm_card_visa", "pm_card_mastercard")]


@pytest.mark.parametrize(("place", "at"), [(1, 1), (2, 2), (10, 2)])
async def test_a_card_is_put_at_a_place(tenant, both, place, at):
    moved = await put(tenant, both[0], place)
    assert (moved["id"], moved["order"]) == (both[0], at)
    assert [card["id"] for card in await tenant.cards()] == (both if at == 1 else both[::-1])


@pytest.mark.parametrize("order", [0, 11, "1", 1.5, None])
async def test_a_place_is_a_whole_number(tenant, both, order):
    assert await code_of(put(tenant, both[0], order)) == "invalid_request"


async def test_the_first_card_is_charged_first(world, tenant):
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    second = (await tenant.cards())[1]["id"]
    await put(tenant, second, 1)
    await cross(tenant)
    assert [charge.card for charge in world.payments.charges] == [second]


async def test_an_unknown_card_is_not_found(tenant, both):
    await tenant.remove_card(both[0])
    assert await code_of(put(tenant, both[0], 1)) == "not_found"
    assert await code_of(tenant.remove_card(both[0])) == "not_found"


async def test_a_removed_card_cannot_be_charged_at_the_provider(world, tenant, both):
    assert await tenant.remove_card(both[0]) == {"id": both[0]}
    assert both[0] not in world.payments._cards
    assert await brands(tenant) == ["mastercard"]


async def test_a_removal_whose_answer_is_lost_is_repeated(world, tenant, both):
    world.payments.next_outcome("timeout_after", on="remove")
    with pytest.raises(UnavailableError):
        await tenant.remove_card(both[0])
    await tenant.remove_card(both[0])
    assert await brands(tenant) == ["mastercard"]


async def test_removing_the_last_card_switches_auto_recharge_off_in_the_same_commit(world, tenant):
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    first, last = [card["id"] for card in await tenant.cards()]
    await tenant.remove_card(first)
    assert (await tenant.auto_recharge())["enabled"]
    before = (await world.services.book(tenant.account)).position.sequence
    await tenant.remove_card(last)
    assert (await world.services.book(tenant.account)).position.sequence == before + 1
    assert not (await tenant.auto_recharge())["enabled"]
    await world.drain()
    assert [subject for subject, _ in await emails(world)] == ["Communications Credits: auto-recharge is switched off"]
    await tenant.store_card()
    assert not (await tenant.auto_recharge())["enabled"]
    assert await world.audit() == []


async def test_a_card_that_is_removed_while_it_is_charged_cancels_the_charge(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    ((card,), _) = (await tenant.cards(), None)
    await tenant.remove_card(card["id"])
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert [str(payment.state) for payment in world.payments.payments.values()] == ["cancelled"]


# --- refused for good


async def test_a_refused_card_stays_refused_when_it_is_removed_and_stored_again(world, tenant):
    world.payments.next_outcome("stolen_card")
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await cross(tenant)
    refused = (await tenant.cards())[0]
    assert refused["refused"]
    await tenant.remove_card(refused["id"])
    assert await code_of(tenant.store_card()) == "card_declined"
    assert await brands(tenant) == ["mastercard"]
    assert await world.audit() == []


async def test_a_card_that_was_removed_at_the_provider_can_be_stored_again(world, tenant):
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await world.payments.remove((await tenant.cards())[0]["id"])
    await cross(tenant)
    assert await brands(tenant) == ["mastercard"]
    await tenant.store_card()
    assert await brands(tenant) == ["mastercard", "visa"]


async def test_an_already_confirmed_card_is_stored_once(tenant):
    await tenant.store_card()
    await tenant.store_card()
    assert await brands(tenant) == ["visa"]


async def test_storing_a_declined_card_says_so(tenant):
    with pytest.raises(ProblemError) as raised:
        await tenant.store_card("pm_card_visa_chargeDeclinedLostCard")
    assert raised.value.code == "card_declined"
