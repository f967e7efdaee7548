"""Webhooks only say that something happened; the payment is then retrieved (DESIGN 4, CONTRACT 2)."""

from dataclasses import replace

import pytest

from shared.kernel.ids import CardId
from shared.kernel.money import Money
from shared.ledger.change import LedgerBrokenError
from shared.ports import (
    BadSignatureError,
    Confirmation,
    OtherModeError,
    PaymentNews,
    PaymentOrder,
    PaymentState,
    Presence,
    UnavailableError,
    UnreadableNewsError,
)
from shared.service.http import Request
from shared.use_cases.payments.receive_webhook import EVENT_MAX, receive_stripe_webhook
from shared.use_cases.purchases.start_purchase import advance_purchase
from shared.views.purchases import list_purchases
from tests.fakes.world import ACCOUNT
from tests.tenant import code_of


async def deliver(world, body):
    body = body if isinstance(body, bytes) else body.encode()
    return await receive_stripe_webhook(world.services, Request(None, {}, {}, {"stripe-signature": "good"}, body))


async def test_a_webhook_of_an_unknown_payment_is_ignored(world, tenant):
    assert (await deliver(world, "pi_unknown")).status == 200
    assert await tenant.booked() == []


@pytest.mark.parametrize(
    "about",
    [{}, {"account": "acct_7"}, {"account": ACCOUNT}, {"account": "acct_7", "purpose": "purchase", "reference": "7"}],
)
async def test_a_webhook_of_a_foreign_payment_is_ignored(world, tenant, about):
    theirs = await world.payments.create(PaymentOrder(Money.parse("50", "USD"), "cus_theirs", about), "key")
    await world.payments.confirm(Confirmation(theirs.id, CardId("pm_card_visa"), Presence.BUYER_PRESENT), "try")
    assert (await deliver(world, theirs.id)).status == 200
    assert await tenant.booked() == []


@pytest.mark.parametrize("purpose", ["purchase", "recharge"])
async def test_a_webhook_of_an_unknown_account_is_acknowledged_and_ignored(world, purpose):
    about = {"account": ACCOUNT, "purpose": purpose, "reference": "1", "deployment": "credits"}
    theirs = await world.payments.create(PaymentOrder(Money.parse("50", "USD"), "cus_theirs", about), "key")
    await world.payments.confirm(Confirmation(theirs.id, CardId("pm_card_visa"), Presence.BUYER_PRESENT), "try")
    assert (await deliver(world, theirs.id)).status == 200


@pytest.mark.parametrize(("headers", "seen"), [({"stripe-signature": "t=1,v1=ab"}, "t=1,v1=ab"), ({}, "")])
async def test_the_signature_is_verified_unchanged_and_a_missing_one_as_empty(world, headers, seen):
    judged = []

    def judge(body, signature):
        judged.append((body, signature))

    world.services.webhooks.news_of = judge
    reply = await receive_stripe_webhook(world.services, Request(None, {}, {}, headers, b"{}"))
    assert judged == [(b"{}", seen)]
    assert (reply.status, reply.value) == (200, {"received": True})


async def test_a_webhook_about_another_object_is_acknowledged(world):
    world.services.webhooks.news_of = lambda _body, _signature: None
    assert (await deliver(world, "{}")).status == 200


async def test_an_unsigned_webhook_is_rejected_without_parsing(world, tenant):
    def forged(_body, _signature):
        raise BadSignatureError

    bought = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    world.services.webhooks.news_of = forged
    assert await code_of(deliver(world, payment)) == "invalid_request"
    (shown,) = (await tenant.request(list_purchases)).value["items"]
    assert (shown["id"], shown["state"]) == (bought["id"], "requiresAction")


async def test_a_signed_webhook_that_is_no_event_is_rejected_and_counted(world, recorder):
    def unreadable(_body, _signature):
        raise UnreadableNewsError("the body is not valid JSON")

    world.services.webhooks.news_of = unreadable
    assert await code_of(deliver(world, "{")) == "invalid_request"
    assert recorder.metrics()["credits.webhooks", "rejected"] == 1


async def test_a_webhook_of_the_other_mode_is_acknowledged_counted_and_ignored(world, tenant, recorder, caplog):
    def of_the_other_mode(_body, _signature):
        raise OtherModeError("an event of type payment_intent.succeeded")

    await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    world.services.webhooks.news_of = of_the_other_mode
    assert (await deliver(world, payment)).status == 200
    assert recorder.metrics()["credits.webhooks", "otherMode"] == 1
    assert "not of the mode of the key" in caplog.text
    assert await tenant.booked() == []


@pytest.mark.parametrize("state", [PaymentState.SUCCEEDED, PaymentState.CANCELLED])
async def test_a_payment_of_the_other_mode_is_never_booked(world, tenant, recorder, caplog, state):
    await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    (known,) = world.payments.payments.values()
    world.payments.payments[known.id] = replace(known, state=state, is_of_other_mode=True)
    await deliver(world, known.id)
    assert await tenant.booked() == []
    (shown,) = (await tenant.request(list_purchases)).value["items"]
    assert shown["state"] == "requiresAction"
    assert recorder.metrics()["credits.reconciliation.differences", "other mode"] == 1
    assert "not of the mode of the key" in caplog.text


@pytest.mark.parametrize(("size", "is_read"), [(EVENT_MAX, True), (EVENT_MAX + 1, False)])
async def test_the_size_of_a_webhook_is_limited(world, size, is_read):
    body = b"p" * size
    if is_read:
        assert (await deliver(world, body)).status == 200
    else:
        assert await code_of(deliver(world, body)) == "payload_too_large"


async def test_a_webhook_is_acknowledged_only_when_its_effect_is_committed(world, tenant):
    await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    world.payments.next_outcome("timeout_before", on="retrieve")
    with pytest.raises(UnavailableError):
        await deliver(world, payment)
    assert (await deliver(world, payment)).status == 200
    assert await tenant.booked() == [("purchase", "50")]


async def test_repeated_webhooks_in_any_order_make_one_lot(world, tenant):
    world.payments.next_outcome("processing")
    await tenant.buy(paymentMethod="pm_card_visa")
    (payment,) = world.payments.payments
    await deliver(world, payment)
    world.payments.resolve(payment, "succeed")
    for _ in range(4):
        await deliver(world, payment)
    assert await tenant.booked() == [("purchase", "50")]
    assert await world.audit() == []


async def requests_of(world, work):
    """The requests to the ledger while *work* runs: their kinds, and what they read."""
    found = []

    async def look(verb, _partition, what):
        found.append("transact" if verb == "transact" else f"{verb} {what[:2]}")

    world.ledger.before = look
    await work
    world.ledger.before = None
    return found


async def test_a_webhook_of_a_payment_that_is_a_lot_already_costs_one_read(world, tenant):
    await tenant.buy(paymentMethod="pm_card_visa")
    [payment] = world.payments.payments
    assert await requests_of(world, deliver(world, payment)) == ["get m:"]
    assert len(await tenant.lots()) == 1


def calls_of(world, monkeypatch):
    """A list that gets the name of every call of the provider about a payment."""
    called, real = [], world.payments._once

    def once(verb, *arguments):
        called.append(verb)
        return real(verb, *arguments)

    monkeypatch.setattr(world.payments, "_once", once)
    return called


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, []),
        ({"money": Money.parse("49", "USD")}, ["retrieve"]),
        ({"money": None}, ["retrieve"]),
        ({"metadata": {}}, ["retrieve"]),
        ({"payment": "pi_unknown"}, ["retrieve"]),
    ],
)
async def test_only_news_that_equal_a_lot_s_payment_spare_the_question_to_the_provider(
    world, tenant, monkeypatch, changes, calls
):
    await tenant.buy(paymentMethod="pm_card_visa")
    [(name, payment)] = world.payments.payments.items()
    news = replace(PaymentNews(name, payment.metadata, payment.money), **changes)
    world.services.webhooks.news_of = lambda _body, _signature: news
    called = calls_of(world, monkeypatch)
    assert (await deliver(world, name)).status == 200
    assert called == calls
    assert len(await tenant.lots()) == 1


async def test_news_before_the_lot_are_settled_as_the_provider_says(world, tenant):
    await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    [(name, payment)] = world.payments.payments.items()
    world.services.webhooks.news_of = lambda _body, _signature: PaymentNews(name, payment.metadata, payment.money)
    await deliver(world, name)
    assert await tenant.lots() == []
    world.payments.resolve(name, "succeed")
    await deliver(world, name)
    assert len(await tenant.lots()) == 1


async def test_a_purchase_reads_its_payment_once(world, tenant, monkeypatch):
    await tenant.buy(paymentMethod="pm_card_visa")
    called = calls_of(world, monkeypatch)
    await tenant.buy(paymentMethod="pm_card_visa", key="buy-2")
    assert [verb for verb in called if verb in {"create", "confirm", "retrieve"}] == ["create", "confirm", "retrieve"]


async def test_a_payment_that_another_run_committed_is_read_before_it_is_charged(world, tenant, monkeypatch):
    real = world.payments.create

    async def create(order, key):
        payment = await real(order, key)
        if world.payments.create is create:
            monkeypatch.setattr(world.payments, "create", real)
            world.payments.next_outcome("processing")
            await advance_purchase(world.process(), ACCOUNT, order.metadata["reference"])
        return payment

    monkeypatch.setattr(world.payments, "create", create)
    called = calls_of(world, monkeypatch)
    await tenant.buy(paymentMethod="pm_card_visa")
    assert called.count("confirm") == 1
    assert called[-2:] == ["retrieve", "retrieve"]


async def test_a_payment_whose_amount_differs_from_the_booked_one_is_an_error_and_no_duplicate(world, tenant):
    await tenant.buy(paymentMethod="pm_card_visa")
    [(name, payment)] = world.payments.payments.items()
    world.payments.payments[name] = replace(payment, money=Money.parse("51", "USD"))
    with pytest.raises(LedgerBrokenError):
        await deliver(world, name)


async def test_a_further_purchase_reads_the_book_three_times(world, tenant):
    """Before the card attempt is counted, before the payment is granted, and for the answer."""
    await tenant.buy(paymentMethod="pm_card_visa")
    found = await requests_of(world, tenant.buy(paymentMethod="pm_card_visa", key="buy-2"))
    assert (found.count("range a:"), found.count("transact")) == (3, 3)
