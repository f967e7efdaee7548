"""What `Payments` promises of a payment's life: the fake, and Stripe's SDK against the stand-in, alike."""

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.kernel.times import parse_instant
from shared.ports import PaymentOrder, PaymentState
from tests.contracts.payment_bench import ABOUT, FIFTY, absent, present, state


async def test_a_created_payment_is_unconfirmed_and_no_money_moves(bench, customer):
    created = await bench.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")
    assert created.state is PaymentState.UNCONFIRMED
    assert (created.money, created.metadata, created.customer) == (FIFTY, ABOUT, customer)
    assert (created.card, created.decline, created.charged_at, created.client_secret) == (None, None, None, None)
    assert await bench.payments.retrieve(created.id) == created
    assert await bench.charges(created.id) == (0, 0)


@pytest.mark.parametrize(
    "money",
    [
        Money.from_minor(1, "USD"),
        Money.from_minor(7_500, "JPY"),  # no minor unit
        Money.from_minor(12_340, "KWD"),  # three digits
        Money.from_minor(5, "ISK"),
    ],
)
async def test_money_is_charged_as_it_was_ordered(bench, customer, money):
    created = await bench.payments.create(PaymentOrder(money, customer, ABOUT), "create")
    assert (await bench.payments.retrieve(created.id)).money == money


async def test_a_fraction_of_a_cent_is_not_charged(bench, customer):
    with pytest.raises(ValueError, match=r"0\.001"):
        await bench.payments.create(PaymentOrder(Money.parse("0.001", "USD"), customer, ABOUT), "create")


async def test_an_unknown_payment_is_none(bench):
    assert await bench.payments.retrieve(PaymentId("pi_unknown")) is None


@pytest.mark.parametrize("confirmation", [absent, present])
async def test_a_confirmed_payment_has_taken_the_money(bench, payment, card, confirmation):
    bench.clock.at = parse_instant("2026-11-23T08:30:01.75Z")
    await bench.payments.confirm(confirmation(payment, card), "try 1")
    paid = await bench.payments.retrieve(payment)
    assert (paid.state, paid.card, paid.decline) == (PaymentState.SUCCEEDED, card, None)
    assert paid.charged_at == parse_instant("2026-11-23T08:30:01Z")
    assert paid.client_secret is None
    assert await bench.charges(payment) == (1, 0)


@pytest.mark.parametrize(("outcome", "ending"), [("succeed", "succeeded"), ("lost_card", "declined")])
async def test_what_is_processing_ends_later(bench, payment, card, outcome, ending):
    await bench.next_outcome("processing")
    await bench.payments.confirm(absent(payment, card), "try 1")
    under_way = await bench.payments.retrieve(payment)
    assert (under_way.state, under_way.charged_at) == (PaymentState.PROCESSING, None)
    await bench.payments.confirm(absent(payment, card), "try 2")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.PROCESSING
    await bench.resolve(payment, outcome)
    assert await state(bench, payment) == ending


async def test_a_bank_that_asks_gets_a_buyer_who_is_present(bench, customer, payment):
    asking = (await bench.cards.store(customer, "pm_card_authenticationRequired", "asking")).id
    await bench.payments.confirm(present(payment, asking, "https://portal.example/back"), "try 1")
    waiting = await bench.payments.retrieve(payment)
    assert waiting.state is PaymentState.REQUIRES_ACTION
    assert waiting.client_secret
    await bench.resolve(payment, "succeed")
    paid = await bench.payments.retrieve(payment)
    assert (paid.state, paid.client_secret) == (PaymentState.SUCCEEDED, None)


async def test_a_cancelled_payment_is_never_charged(bench, payment, card):
    for _ in range(2):
        await bench.payments.cancel(payment)
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await state(bench, payment) is PaymentState.CANCELLED
    assert await bench.charges(payment) == (0, 0)


async def test_a_declined_payment_can_be_cancelled(bench, payment, card):
    await bench.next_outcome("lost_card")
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    cancelled = await bench.payments.retrieve(payment)
    assert (cancelled.state, cancelled.decline) == (PaymentState.CANCELLED, None)


async def test_cancelling_what_has_succeeded_changes_nothing(bench, payment, card):
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.SUCCEEDED


async def test_a_cancel_that_came_too_early_can_be_repeated(bench, payment, card):
    await bench.next_outcome("processing")
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    await bench.resolve(payment, "insufficient_funds")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.CANCELLED


@pytest.mark.parametrize("outcome", ["succeed", "lost_card", "processing"])
async def test_whatever_the_bank_says_the_confirmation_itself_says_nothing(bench, payment, card, outcome):
    await bench.next_outcome(outcome)
    for key in ("try 1", "try 1", "try 2"):
        assert await bench.payments.confirm(absent(payment, card), key) is None
