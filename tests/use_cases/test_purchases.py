"""Manual purchases: one key, one purchase, one charge, one lot (R1, CONTRACT 2)."""

import asyncio
from dataclasses import replace

import pytest

from shared.ports import PaymentState, UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.purchases.start_purchase import advance_purchase, start_purchase
from tests.tenant import BOSTON, Tenant, call, code_of, plain, report, usd

VISA = "pm_card_visa"


async def test_a_purchase_becomes_a_lot(world, tenant):
    bought = await tenant.buy("50", paymentMethod=VISA)
    assert (bought.status, bought.value["state"], plain(bought.value["amount"])) == (201, "succeeded", "50")
    (lot,) = await tenant.lots()
    assert (lot["id"], lot["source"], lot["kind"], lot["expiresAt"]) == (
        bought.value["lot"],
        "purchase",
        "paid",
        "2027-03-01T12:00:00Z",
    )
    assert await tenant.booked() == [("purchase", "50")]
    assert [charge.succeeded for charge in world.payments.charges] == [True]
    assert await world.audit() == []


async def test_a_card_of_the_providers_form_may_be_used(tenant):
    assert (await tenant.buy(paymentMethod="pm_card_mastercard")).value["state"] == "succeeded"


async def test_a_stored_card_may_be_used(world, tenant):
    await tenant.store_card(VISA)
    other = await tenant.store_card("pm_card_mastercard")
    assert (await tenant.buy(paymentMethod=other["id"])).value["state"] == "succeeded"
    assert [charge.card for charge in world.payments.charges] == [other["id"]]


async def test_by_default_the_first_stored_card_is_charged(world, tenant):
    first = await tenant.store_card(VISA)
    await tenant.store_card("pm_card_mastercard")
    assert (await tenant.buy()).value["state"] == "succeeded"
    assert [charge.card for charge in world.payments.charges] == [first["id"]]


@pytest.mark.parametrize("method", ["pm_nobodys", "cus_1", "4242424242424242", "or-1"])
async def test_an_unknown_payment_method_is_an_invalid_request_and_nothing_is_charged(world, tenant, method):
    for _ in range(2):  # a repeat with the same key gets the same answer
        with pytest.raises(ProblemError) as raised:
            await tenant.buy(paymentMethod=method)
        assert (raised.value.code, [flaw.pointer for flaw in raised.value.flaws]) == (
            "invalid_request",
            ["/paymentMethod"],
        )
    assert world.payments.charges == []
    assert {str(payment.state) for payment in world.payments.payments.values()} == {"cancelled"}


async def test_a_card_of_another_tenant_cannot_be_used(world, tenant):
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    theirs = await other.store_card(VISA)
    assert await code_of(tenant.buy(paymentMethod=theirs["id"])) == "invalid_request"
    assert world.payments.charges == []


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("insufficient_funds", "insufficient_funds"),
        ("generic_decline", "generic_decline"),
        ("expired_card", "expired_card"),
        ("lost_card", "lost_card"),
    ],
)
async def test_a_declined_purchase_has_a_reason_and_is_never_charged(world, tenant, outcome, reason):
    world.payments.next_outcome(outcome)
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert (bought["state"], bought["reason"], bought["lot"]) == ("declined", reason, None)
    assert {str(payment.state) for payment in world.payments.payments.values()} == {"cancelled"}
    assert await tenant.booked() == []
    assert (await tenant.buy(paymentMethod=VISA, key="buy-2")).value["state"] == "succeeded"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("49.99", "below_minimum"),
        ("0", "below_minimum"),
        ("50.001", "invalid_request"),  # a card is charged whole cents
        ("1000000", "above_maximum"),  # nine digits in cents
        ("999999999", "above_maximum"),
        ("-50", "invalid_request"),
        ("fifty", "invalid_request"),
        ("1e3", "invalid_request"),
    ],
)
async def test_amounts_that_cannot_be_charged_are_rejected_before_the_provider_is_called(world, tenant, amount, code):
    assert await code_of(tenant.buy(amount, paymentMethod=VISA)) == code
    assert world.payments.payments == {}
    assert (await tenant.buy("50", paymentMethod=VISA)).status == 201  # a refusal uses no key


@pytest.mark.parametrize("amount", ["50", "50.00", "50.010000", "999999.99"])
async def test_the_smallest_and_the_largest_amount_can_be_bought(tenant, amount):
    assert (await tenant.buy(amount, paymentMethod=VISA)).value["state"] == "succeeded"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "no_payment_method"),
        ({"amount": {"amount": "50", "currency": "EUR"}}, "currency_mismatch"),
        ({"paymentMethod": ""}, "invalid_request"),
        ({"paymentMethod": 7}, "invalid_request"),
        ({"returnUrl": "javascript:alert(1)"}, "invalid_request"),
        ({"tip": 1}, "invalid_request"),
    ],
)
async def test_invalid_purchases_are_rejected(tenant, changes, code):
    assert await code_of(tenant.request(start_purchase, {"amount": usd("50"), **changes}, key="key")) == code


async def test_a_purchase_needs_a_key_and_an_account(world, tenant):
    assert await code_of(tenant.buy(key="", paymentMethod=VISA)) == "idempotency_key_missing"
    unopened = Tenant(world, "5f0c1f9e-0000-4000-8000-00000000dead")
    assert await code_of(unopened.buy(paymentMethod=VISA)) == "not_found"
    assert world.payments.payments == {}


async def test_a_purchase_that_requires_action_is_completed_by_the_buyer(world, tenant):
    started = (
        await tenant.buy(paymentMethod="pm_card_authenticationRequired", returnUrl="https://portal.example")
    ).value
    (payment,) = world.payments.payments.values()
    assert (started["state"], started["clientSecret"]) == ("requiresAction", payment.client_secret)
    assert await tenant.booked() == []
    world.payments.resolve(payment.id, "succeed")
    await settle_payment(world.services, payment.id)
    settled = await tenant.purchase(started["id"])
    assert (settled["state"], "clientSecret" in settled) == ("succeeded", False)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_failed_authentication_declines_the_purchase(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "payment_intent_authentication_failure")
    await settle_payment(world.services, payment)
    shown = await tenant.purchase(started["id"])
    assert (shown["state"], shown["reason"]) == ("declined", "payment_intent_authentication_failure")


async def test_a_declined_purchase_whose_payment_succeeds_before_its_cancellation_is_credited(world, tenant):
    async def faster(payment):
        known = world.payments.payments[payment]
        world.payments.payments[payment] = replace(known, state=PaymentState.SUCCEEDED, decline=None)

    world.payments.cancel = faster
    world.payments.next_outcome("insufficient_funds")
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert (bought["state"], bought["lot"]) == ("succeeded", (await tenant.lots())[0]["id"])
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_purchase_that_requires_action_is_cancelled_after_a_day(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    for _ in range(23):
        await world.tick(hours=1)
    assert (await tenant.purchase(started["id"]))["state"] == "requiresAction"
    await world.tick(hours=1)
    assert (await tenant.purchase(started["id"]))["state"] == "cancelled"
    assert {str(payment.state) for payment in world.payments.payments.values()} == {"cancelled"}
    await world.tick(minutes=2)
    assert [rows for rows in world.alarms.partitions.values() if rows] == []  # no alarm is left


async def test_a_purchase_settles_overdraft(world, tenant):
    await report(world, call(called=BOSTON, seconds=60))
    await tenant.buy("50", paymentMethod=VISA)
    assert await tenant.balance() == "49.4"
    assert await tenant.booked("purchase") == [("purchase", "50")]


async def test_a_purchase_cancelled_before_it_succeeded_is_never_charged(world, tenant):
    started = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    assert (await tenant.cancel(started["id"]))["state"] == "cancelled"
    assert (await tenant.cancel(started["id"]))["state"] == "cancelled"
    assert world.payments.charges == []


async def test_a_purchase_cancelled_too_late_has_succeeded(tenant):
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert (await tenant.cancel(bought["id"]))["state"] == "succeeded"
    assert await tenant.balance() == "50"


async def test_for_a_purchase_cancelled_during_processing_the_banks_decision_counts(world, tenant):
    world.payments.next_outcome("processing")
    bought = (await tenant.buy(paymentMethod=VISA)).value
    assert (await tenant.cancel(bought["id"]))["state"] == "processing"
    world.payments.resolve(next(iter(world.payments.payments)), "succeed")
    await world.tick(minutes=3)
    assert (await tenant.purchase(bought["id"]))["state"] == "succeeded"


async def test_a_purchase_cancelled_while_its_payment_is_created_is_never_charged(world, tenant):
    """A purchase and its cancellation at the same time: the later step must see the other."""
    create = world.payments.create

    async def cancelled_meanwhile(order, key):
        made = await create(order, key)
        assert (await tenant.cancel(order.metadata["reference"]))["state"] == "cancelled"
        return made

    world.payments.create = cancelled_meanwhile
    assert (await tenant.buy(paymentMethod=VISA)).value["state"] == "cancelled"
    assert world.payments.charges == []
    assert await tenant.booked() == []


async def test_a_purchase_cancelled_while_another_process_continues_it_is_never_charged(world, tenant):
    """The first request was interrupted before there was a payment; alarm and buyer continue it at the same time."""
    world.payments.next_outcome("timeout_before", on="create")
    with pytest.raises(UnavailableError):
        await tenant.buy(paymentMethod="pm_card_authenticationRequired")
    ((name, _),) = (await world.services.book(tenant.account)).intents.items()
    other = world.process()

    async def taken_up(verb, _partition, _what):
        world.ledger.after = None
        assert verb == "range"
        await advance_purchase(other, tenant.account, name)

    world.ledger.after = taken_up
    assert (await tenant.cancel(name))["state"] == "cancelled"
    assert [str(payment.state) for payment in world.payments.payments.values()] == ["cancelled"]


@pytest.mark.parametrize("name", ["nothing", "../x", "x" * 2_000, "20260301120000000000-0123456789"])
async def test_an_unknown_purchase_is_not_found(tenant, name):
    assert await code_of(tenant.purchase(name)) == "not_found"
    assert await code_of(tenant.cancel(name)) == "not_found"


async def test_concurrent_purchases_are_independent(world, tenant):
    await asyncio.gather(*(tenant.buy("50", key=f"buy-{number}", paymentMethod=VISA) for number in range(10)))
    assert await tenant.balance() == "500"
    assert len({charge.payment for charge in world.payments.charges}) == 10
    assert await world.audit() == []


async def test_open_lots_and_open_purchases_are_limited_together(tenant):
    for number in range(38):
        await tenant.grant("1", f"PO-{number}")
    await tenant.buy(key="asks", paymentMethod="pm_card_authenticationRequired")
    last = await tenant.buy(key="last", paymentMethod=VISA)
    assert await code_of(tenant.buy(key="one more", paymentMethod=VISA)) == "too_many_lots"
    assert (await tenant.buy(key="last", paymentMethod=VISA)).value == last.value
    assert len(await tenant.lots()) == 39
