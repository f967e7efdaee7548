"""Cancelling a purchase returns its resulting state, also in a race with its payment."""

from dataclasses import replace

import pytest

from shared.kernel.ids import AccountId
from shared.ports import PaymentState, UnavailableError
from shared.use_cases.purchases.cancel_purchase import cancel_open_purchase, cancel_purchase
from tests.tenant import Tenant, code_of

VISA = "pm_card_visa"
NOBODY = "5f0c1f9e-0000-4000-8000-00000000beef"


async def test_the_answer_is_200_with_the_current_state_of_the_purchase(tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    reply = await tenant.request(cancel_purchase, purchase=started["id"])
    assert (reply.status, reply.value["id"], reply.value["state"]) == (200, started["id"], "cancelled")


async def test_a_payment_that_succeeds_during_the_cancellation_is_shown_with_its_lot(world, tenant):
    world.payments.next_outcome("processing")
    started = (await tenant.buy(paymentMethod=VISA)).value
    world.payments.resolve(next(iter(world.payments.payments)), "succeed")
    shown = await tenant.cancel(started["id"])
    (lot,) = await tenant.lots()
    assert (shown["state"], shown["lot"]) == ("succeeded", lot["id"])


@pytest.mark.parametrize("account", [NOBODY, ""])
async def test_an_unknown_purchase_is_not_found(world, tenant, account):
    assert await code_of(Tenant(world, account or tenant.account).cancel("no-such-purchase")) == "not_found"


async def test_a_purchase_of_another_account_is_not_found_and_continues(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    other = Tenant(world, NOBODY)
    await other.open()
    assert await code_of(other.cancel(started["id"])) == "not_found"
    assert (await tenant.purchase(started["id"]))["state"] == "requiresAction"


async def test_a_purchase_whose_payment_is_unknown_at_the_provider_is_cancelled(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    world.payments.payments.clear()

    async def nothing_to_cancel(_payment):
        pass

    world.payments.cancel = nothing_to_cancel
    assert (await tenant.cancel(started["id"]))["state"] == "cancelled"
    assert (await tenant.purchase(started["id"]))["state"] == "cancelled"


async def test_a_purchase_without_a_payment_is_cancelled_without_the_provider(world, tenant):
    world.payments.next_outcome("rate_limit", on="create")
    with pytest.raises(UnavailableError):
        await tenant.buy(paymentMethod=VISA)
    (name,) = (await world.services.book(AccountId(tenant.account))).intents
    started: list[object] = []
    world.payments.cancel = started.append
    assert (await tenant.cancel(name))["state"] == "cancelled"
    assert started == []


async def test_a_payment_that_was_created_while_its_purchase_was_cancelled_is_cancelled_too(world, tenant):
    account = AccountId(tenant.account)
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    intent = (await world.services.book(account)).intents[started["id"]]
    await cancel_open_purchase(world.services, account, replace(intent, payment=""))
    (payment,) = world.payments.payments.values()
    assert payment.state is PaymentState.CANCELLED
    assert (await tenant.purchase(started["id"]))["state"] == "cancelled"


async def test_a_purchase_with_a_processing_payment_is_not_cancelled_from_a_stale_book(world, tenant):
    account = AccountId(tenant.account)
    world.payments.next_outcome("processing")
    started = (await tenant.buy(paymentMethod=VISA)).value
    intent = (await world.services.book(account)).intents[started["id"]]
    await cancel_open_purchase(world.services, account, replace(intent, payment=""))
    assert (await tenant.purchase(started["id"]))["state"] == "processing"


async def test_a_purchase_that_cannot_be_cancelled_still_shows_the_client_secret(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value

    async def not_cancelled(_payment):
        pass

    world.payments.cancel = not_cancelled
    shown = await tenant.cancel(started["id"])
    assert (shown["state"], shown["clientSecret"]) == ("requiresAction", started["clientSecret"])


@pytest.mark.parametrize("is_payment_known", [True, False])
async def test_a_purchase_that_ended_during_the_cancellation_keeps_its_state(world, tenant, is_payment_known):
    account = AccountId(tenant.account)
    world.payments.next_outcome("processing")
    started = (await tenant.buy(paymentMethod=VISA)).value
    intent = (await world.services.book(account)).intents[started["id"]]
    world.payments.resolve(next(iter(world.payments.payments)), "succeed")
    await tenant.cancel(started["id"])
    world.payments.payments.clear()
    cancelled = []

    async def cancel(payment):
        cancelled.append(payment)

    world.payments.cancel = cancel
    await cancel_open_purchase(world.services, account, intent if is_payment_known else replace(intent, payment=""))
    assert cancelled == ([intent.payment] if is_payment_known else [])
    assert (await tenant.purchase(started["id"]))["state"] == "succeeded"
    assert await tenant.booked() == [("purchase", "50")]
