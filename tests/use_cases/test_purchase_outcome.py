"""The outcome of a purchase, whichever way it arrives first; who bought; the provider's receipt (R1, CONTRACT 2)."""

import pytest

from shared.ports import UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.payments.receive_webhook import receive_stripe_webhook
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.purchases.start_purchase import start_purchase
from shared.views.purchases import list_purchases
from tests.fakes.world import request
from tests.tenant import usd

VISA, ASKS = "pm_card_visa", "pm_card_authenticationRequired"


async def shown(tenant):
    """The purchase as the list has it: without asking the provider."""
    ((purchase),) = (await tenant.request(list_purchases)).value["items"]
    return purchase


async def test_a_purchase_says_who_bought_and_has_the_providers_receipt(world, tenant):
    bought = (await tenant.buy(paymentMethod=VISA)).value
    (payment,) = world.payments.payments.values()
    assert (bought["by"], bought["receiptUrl"]) == ("somebody", payment.receipt_url)
    assert bought["receiptUrl"].startswith("https://")
    assert await tenant.purchase(bought["id"]) == bought
    assert (await shown(tenant))["by"] == "somebody"
    assert (await tenant.buy(paymentMethod=VISA)).value == bought


async def test_a_receipt_that_cannot_be_read_is_null(world, tenant):
    bought = (await tenant.buy(paymentMethod=VISA)).value
    world.payments.next_outcome("timeout_before", on="retrieve")
    assert await tenant.purchase(bought["id"]) == {**bought, "receiptUrl": None}


async def test_a_purchase_that_was_not_paid_has_no_receipt(world, tenant):
    world.payments.next_outcome("lost_card")
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert "receiptUrl" not in bought


async def by_webhook(world, _tenant, _purchase):
    (payment,) = world.payments.payments
    await receive_stripe_webhook(world.services, request(body=payment))


async def by_alarm(world, _tenant, _purchase):
    await world.tick(minutes=3)


async def by_return(_world, tenant, purchase):
    await tenant.purchase(purchase)


WAYS = (by_webhook, by_alarm, by_return)


@pytest.mark.parametrize("ways", [(first, then) for first in WAYS for then in WAYS])
@pytest.mark.parametrize(("outcome", "state"), [("succeed", "succeeded"), ("lost_card", "declined")])
async def test_the_outcome_of_3d_secure_is_booked_once_by_whatever_comes_first(world, tenant, ways, outcome, state):
    bought = (await tenant.buy(paymentMethod=ASKS)).value
    assert (bought["state"], bool(bought["clientSecret"])) == ("requiresAction", True)
    (payment,) = world.payments.payments
    world.payments.resolve(payment, outcome)
    first, then = ways
    await first(world, tenant, bought["id"])
    assert (await shown(tenant))["state"] == state
    await then(world, tenant, bought["id"])
    assert (await shown(tenant))["state"] == state
    assert await tenant.booked() == ([("purchase", "50")] if state == "succeeded" else [])
    assert await world.audit() == []


async def test_an_open_purchase_is_shown_as_booked_while_the_provider_does_not_answer(world, tenant):
    world.payments.next_outcome("processing")
    bought = (await tenant.buy(paymentMethod=VISA)).value
    world.payments.next_outcome("timeout_before", on="retrieve")
    assert (await tenant.purchase(bought["id"]))["state"] == "processing"


async def test_the_secret_of_a_purchase_is_unavailable_while_the_provider_does_not_answer(world, tenant):
    bought = (await tenant.buy(paymentMethod=ASKS)).value
    world.payments.next_outcome("timeout_before", on="retrieve")
    with pytest.raises(UnavailableError):
        await tenant.purchase(bought["id"])


async def test_an_abandoned_purchase_is_cancelled_after_a_day_and_cannot_be_finished(world, tenant):
    bought = (await tenant.buy(paymentMethod=ASKS)).value
    await world.tick(hours=24)
    assert (await tenant.purchase(bought["id"]))["state"] == "cancelled"
    (payment,) = world.payments.payments
    with pytest.raises(AssertionError):
        world.payments.resolve(payment, "succeed")
    assert world.payments.charges == []


async def test_a_buyer_who_finishes_at_the_moment_of_the_cancellation_gets_the_credit(world, tenant):
    """The payment succeeds between the decision to cancel and the provider's answer: its money becomes a lot."""
    bought = (await tenant.buy(paymentMethod=ASKS)).value
    cancel = world.payments.cancel

    async def too_late(payment):
        world.payments.resolve(payment, "succeed")
        await cancel(payment)

    world.payments.cancel = too_late
    await world.tick(hours=24)
    assert (await tenant.purchase(bought["id"]))["state"] == "succeeded"
    assert await tenant.booked() == [("purchase", "50")]
    assert await world.audit() == []


async def test_money_of_a_purchase_that_was_cancelled_here_becomes_a_lot_all_the_same(world, tenant):
    """The provider did not know the payment when the purchase was cancelled, and does later."""
    await tenant.buy(paymentMethod=ASKS)
    (known,) = world.payments.payments.values()
    world.payments.forget(known.id)
    await world.tick(hours=24)
    assert (await shown(tenant))["state"] == "cancelled"
    world.payments.payments[known.id] = known
    world.payments.resolve(known.id, "succeed")
    await settle_payment(world.services, known.id)
    assert await tenant.booked() == [("purchase", "50")]
    assert await world.audit() == []


async def test_the_first_purchase_can_offer_auto_recharge_with_its_amounts(tenant):
    suggested = (await tenant.auto_recharge())["suggested"]
    assert {name: money["amount"] for name, money in suggested.items()} == {
        "trigger": "10.000000",
        "amount": "50.000000",
        "largestCharge": "250.000000",
    }
    body = {"amount": usd("50"), "paymentMethod": VISA, "autoRecharge": {"enabled": True, **suggested}}
    bought = (await tenant.request(start_purchase, body, key="first")).value
    assert bought["state"] == "succeeded"
    armed = await tenant.auto_recharge()
    assert (armed["enabled"], armed["slot"], armed["suggested"]) == (True, "idle", None)
    assert armed["smallest"] == suggested["amount"]


async def test_a_purchase_of_an_unknown_id_is_not_found(tenant):
    with pytest.raises(ProblemError, match="no such purchase"):
        await tenant.purchase("nothing")
