"""News from the payment provider: only that something happened; what, is asked (DESIGN 4, CONTRACT 2)."""

import pytest

from shared.kernel.ids import CardId
from shared.kernel.money import Money
from shared.ports import BadSignatureError, Confirmation, PaymentOrder, Presence, UnavailableError
from shared.service.http import Request
from shared.use_cases.payments.receive_webhook import EVENT_MAX, receive_stripe_webhook
from tests.fakes.world import ACCOUNT
from tests.tenant import code_of


async def told(world, body):
    body = body if isinstance(body, bytes) else body.encode()
    return await receive_stripe_webhook(world.services, Request(None, {}, {}, {"stripe-signature": "good"}, body))


async def test_a_payment_that_the_provider_does_not_know_is_nobodys(world, tenant):
    assert (await told(world, "pi_unknown")).status == 200
    assert await tenant.booked() == []


@pytest.mark.parametrize(
    "about",
    [{}, {"account": "acct_7"}, {"account": ACCOUNT}, {"account": "acct_7", "purpose": "purchase", "reference": "7"}],
)
async def test_a_payment_that_somebody_else_made_with_the_same_provider_is_left_alone(world, tenant, about):
    theirs = await world.payments.create(PaymentOrder(Money.parse("50", "USD"), "cus_theirs", about), "key")
    await world.payments.confirm(Confirmation(theirs.id, CardId("pm_card_visa"), Presence.BUYER_PRESENT), "try")
    assert (await told(world, theirs.id)).status == 200
    assert await tenant.booked() == []


@pytest.mark.parametrize("purpose", ["purchase", "recharge"])
async def test_a_payment_that_names_an_account_that_is_not_here_is_left_alone_and_not_sent_again_for_ever(
    world, purpose
):
    about = {"account": ACCOUNT, "purpose": purpose, "reference": "1", "deployment": "credits"}
    theirs = await world.payments.create(PaymentOrder(Money.parse("50", "USD"), "cus_theirs", about), "key")
    await world.payments.confirm(Confirmation(theirs.id, CardId("pm_card_visa"), Presence.BUYER_PRESENT), "try")
    assert (await told(world, theirs.id)).status == 200


@pytest.mark.parametrize(("headers", "seen"), [({"stripe-signature": "t=1,v1=ab"}, "t=1,v1=ab"), ({}, "")])
async def test_the_signature_is_judged_as_it_was_sent_and_a_missing_one_as_empty(world, headers, seen):
    judged = []

    def judge(body, signature):
        judged.append((body, signature))

    world.services.webhooks.payment_of = judge
    reply = await receive_stripe_webhook(world.services, Request(None, {}, {}, headers, b"{}"))
    assert judged == [(b"{}", seen)]
    assert (reply.status, reply.value) == (200, {"received": True})


async def test_an_event_about_something_else_is_received(world):
    world.services.webhooks.payment_of = lambda _body, _signature: None
    assert (await told(world, "{}")).status == 200


async def test_what_is_not_signed_is_refused_unread(world, tenant):
    def forged(_body, _signature):
        raise BadSignatureError

    bought = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    world.services.webhooks.payment_of = forged
    assert await code_of(told(world, payment)) == "invalid_request"
    assert (await tenant.purchase(bought["id"]))["state"] == "requiresAction"


@pytest.mark.parametrize(("size", "is_read"), [(EVENT_MAX, True), (EVENT_MAX + 1, False)])
async def test_an_event_has_a_largest_size(world, size, is_read):
    body = b"p" * size
    if is_read:
        assert (await told(world, body)).status == 200
    else:
        assert await code_of(told(world, body)) == "payload_too_large"


async def test_it_is_acknowledged_only_when_its_effect_is_proved(world, tenant):
    await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    world.payments.next_outcome("timeout_before", on="retrieve")
    with pytest.raises(UnavailableError):
        await told(world, payment)
    assert (await told(world, payment)).status == 200
    assert await tenant.booked() == [("purchase", "50")]


async def test_news_out_of_order_and_many_times_is_one_lot(world, tenant):
    world.payments.next_outcome("processing")
    await tenant.buy(paymentMethod="pm_card_visa")
    (payment,) = world.payments.payments
    await told(world, payment)
    world.payments.resolve(payment, "succeed")
    for _ in range(4):
        await told(world, payment)
    assert await tenant.booked() == [("purchase", "50")]
    assert await world.audit() == []
