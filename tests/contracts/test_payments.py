"""The contract of the port `Payments` for a payment's states, for the fake and Stripe's SDK with the stand-in."""

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.kernel.times import parse_instant
from shared.ports import PaymentOrder, PaymentRefusedError, PaymentState
from tests.contracts.payment_providers import ABOUT, FIFTY, absent, present, state


async def test_a_created_payment_is_unconfirmed_and_not_charged(provider, customer):
    created = await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")
    assert created.state is PaymentState.UNCONFIRMED
    assert (created.money, created.metadata, created.customer) == (FIFTY, ABOUT, customer)
    assert (created.card, created.decline, created.charged_at, created.client_secret) == (None, None, None, None)
    assert await provider.payments.retrieve(created.id) == created
    assert await provider.charges(created.id) == (0, 0)


@pytest.mark.parametrize(
    "money",
    [
        Money.parse("0.50", "USD"),
        Money.parse("999999.99", "USD"),  # eight digits
        Money.parse("99999999", "JPY"),
        Money.parse("99999999.99", "IDR"),  # twelve digits are taken
        Money.from_minor(7_500, "JPY"),  # no minor unit
        Money.from_minor(12_340, "KWD"),  # three digits
        Money.from_minor(5, "ISK"),
    ],
)
async def test_the_ordered_amount_is_charged(provider, customer, money):
    created = await provider.payments.create(PaymentOrder(money, customer, ABOUT), "create")
    assert (await provider.payments.retrieve(created.id)).money == money


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("50.001", "USD", "amount_not_chargeable"),
        ("5.124", "KWD", "amount_not_chargeable"),
        ("5.5", "ISK", "amount_not_chargeable"),
        ("1000000", "USD", "amount_too_large"),
        ("100000000", "JPY", "amount_too_large"),
        ("1000000", "ISK", "amount_too_large"),
        ("0.49", "USD", "amount_too_small"),
        ("49", "JPY", "amount_too_small"),
    ],
)
async def test_an_amount_that_is_never_taken_is_a_refusal(provider, customer, amount, currency, code):
    with pytest.raises(PaymentRefusedError, match=code):
        await provider.payments.create(PaymentOrder(Money.parse(amount, currency), customer, ABOUT), "create")


async def test_an_unknown_payment_is_none(provider):
    assert await provider.payments.retrieve(PaymentId("pi_unknown")) is None


@pytest.mark.parametrize("confirmation", [absent, present])
async def test_a_confirmed_payment_is_charged(provider, payment, card, confirmation):
    provider.clock.at = parse_instant("2026-11-23T08:30:01.75Z")
    await provider.payments.confirm(confirmation(payment, card), "try 1")
    paid = await provider.payments.retrieve(payment)
    assert (paid.state, paid.card, paid.decline) == (PaymentState.SUCCEEDED, card, None)
    assert paid.charged_at == parse_instant("2026-11-23T08:30:01Z")
    assert paid.client_secret is None
    assert await provider.charges(payment) == (1, 0)


@pytest.mark.parametrize(("outcome", "ending"), [("succeed", "succeeded"), ("lost_card", "declined")])
async def test_a_processing_payment_is_decided_later(provider, payment, card, outcome, ending):
    await provider.next_outcome("processing")
    await provider.payments.confirm(absent(payment, card), "try 1")
    under_way = await provider.payments.retrieve(payment)
    assert (under_way.state, under_way.charged_at) == (PaymentState.PROCESSING, None)
    await provider.payments.confirm(absent(payment, card), "try 2")
    await provider.payments.cancel(payment)
    assert await state(provider, payment) is PaymentState.PROCESSING
    await provider.resolve(payment, outcome)
    assert await state(provider, payment) == ending


async def test_a_payment_that_requires_action_succeeds_with_a_present_buyer(provider, customer, payment):
    asking = (await provider.cards.store(customer, "pm_card_authenticationRequired", "asking")).id
    await provider.payments.confirm(present(payment, asking, "https://portal.example/back"), "try 1")
    waiting = await provider.payments.retrieve(payment)
    assert waiting.state is PaymentState.REQUIRES_ACTION
    assert waiting.client_secret
    await provider.resolve(payment, "succeed")
    paid = await provider.payments.retrieve(payment)
    assert (paid.state, paid.client_secret) == (PaymentState.SUCCEEDED, None)


async def test_a_cancelled_payment_is_never_charged(provider, payment, card):
    for _ in range(2):
        await provider.payments.cancel(payment)
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert await state(provider, payment) is PaymentState.CANCELLED
    assert await provider.charges(payment) == (0, 0)


async def test_a_declined_payment_can_be_cancelled(provider, payment, card):
    await provider.next_outcome("lost_card")
    await provider.payments.confirm(absent(payment, card), "try 1")
    await provider.payments.cancel(payment)
    cancelled = await provider.payments.retrieve(payment)
    assert (cancelled.state, cancelled.decline) == (PaymentState.CANCELLED, None)


async def test_cancelling_a_successful_payment_changes_nothing(provider, payment, card):
    await provider.payments.confirm(absent(payment, card), "try 1")
    await provider.payments.cancel(payment)
    assert await state(provider, payment) is PaymentState.SUCCEEDED


async def test_a_cancellation_that_was_too_early_can_be_repeated(provider, payment, card):
    await provider.next_outcome("processing")
    await provider.payments.confirm(absent(payment, card), "try 1")
    await provider.payments.cancel(payment)
    await provider.resolve(payment, "insufficient_funds")
    await provider.payments.cancel(payment)
    assert await state(provider, payment) is PaymentState.CANCELLED


@pytest.mark.parametrize("outcome", ["succeed", "lost_card", "processing"])
async def test_a_confirmation_does_not_return_the_banks_decision(provider, payment, card, outcome):
    await provider.next_outcome(outcome)
    for key in ("try 1", "try 1", "try 2"):
        assert await provider.payments.confirm(absent(payment, card), key) is None
