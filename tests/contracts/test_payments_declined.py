"""The contract of the port `Payments` for declined cards: the reason, and retries of the same payment."""

from datetime import timedelta

import pytest

from shared.kernel.times import parse_instant
from shared.ports import Decline, PaymentState
from tests.contracts.payment_providers import ACCOUNT, absent, present, state

DECLINES = [
    ("generic_decline", Decline("card_declined", "generic_decline", "try_again_later")),
    ("insufficient_funds", Decline("card_declined", "insufficient_funds", "try_again_later")),
    ("card_velocity_exceeded", Decline("card_declined", "card_velocity_exceeded", "try_again_later")),
    ("lost_card", Decline("card_declined", "lost_card", "do_not_try_again")),
    ("stolen_card", Decline("card_declined", "stolen_card", "do_not_try_again")),
    ("fraudulent", Decline("card_declined", "fraudulent", "do_not_try_again")),
    ("expired_card", Decline("expired_card", None, "confirm_card_data")),
    ("incorrect_cvc", Decline("incorrect_cvc", None, "confirm_card_data")),
    ("processing_error", Decline("processing_error", None, "try_again_later")),
    ("authentication_required", Decline("authentication_required", "authentication_required")),
]


@pytest.mark.parametrize(("outcome", "decline"), DECLINES)
async def test_a_decline_is_shown_by_retrieving_the_payment(provider, payment, card, outcome, decline):
    await provider.next_outcome(outcome)
    await provider.payments.confirm(absent(payment, card), "try 1")
    declined = await provider.payments.retrieve(payment)
    assert (declined.state, declined.decline, declined.card) == (PaymentState.DECLINED, decline, card)
    assert declined.charged_at is None
    assert await provider.charges(payment) == (0, 1)


async def test_a_declined_payment_is_tried_again_with_another_card_and_key(provider, customer, payment, card):
    await provider.next_outcome("insufficient_funds")
    await provider.payments.confirm(absent(payment, card), "try 1")
    other = (await provider.cards.store(customer, "pm_card_mastercard", "other")).id
    await provider.payments.confirm(absent(payment, other), "try 2")
    paid = await provider.payments.retrieve(payment)
    assert (paid.state, paid.card, paid.decline) == (PaymentState.SUCCEEDED, other, None)
    assert await provider.charges(payment) == (1, 1)


async def test_a_card_that_requires_authentication_is_declined_for_an_absent_buyer(provider, customer, payment):
    asking = (await provider.cards.store(customer, "pm_card_authenticationRequired", "asking")).id
    await provider.payments.confirm(absent(payment, asking), "try 1")
    declined = await provider.payments.retrieve(payment)
    assert declined.decline == Decline("authentication_required", "authentication_required")


async def test_an_unexpected_authentication_is_declined_for_an_absent_buyer(provider, payment, card):
    await provider.next_outcome("requires_action")
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert (await provider.payments.retrieve(payment)).decline.code == "authentication_required"


@pytest.mark.parametrize(
    ("method", "buyer", "expected"),
    [
        ("pm_card_authenticationRequiredOnSetup", absent, "declined"),
        ("pm_card_authenticationRequiredSetupForOffSession", absent, "succeeded"),
        ("pm_card_authenticationRequiredSetupForOffSession", present, "requiresAction"),
        ("pm_card_chargeCustomerFail", absent, "declined"),
        ("pm_card_radarBlock", present, "declined"),
    ],
)
async def test_stored_test_cards_have_their_outcomes(provider, payment, method, buyer, expected):
    stored = await provider.cards.store(await provider.cards.open_customer(ACCOUNT, "customer"), method, "stored")
    await provider.payments.confirm(buyer(payment, stored.id), "try 1")
    assert await state(provider, payment) == expected


async def test_a_payment_may_be_declined_after_authentication(provider, customer, payment):
    method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    stored = await provider.cards.store(customer, method, "stored")
    await provider.payments.confirm(present(payment, stored.id), "try 1")
    await provider.resolve(payment, "succeed")
    assert (await provider.payments.retrieve(payment)).decline.decline_code == "insufficient_funds"


async def test_a_card_is_valid_until_the_end_of_its_month(provider, payment, card):
    await provider.set_expiry(card, 2026, 11)
    provider.clock.at = parse_instant("2026-12-01T00:00:00Z")
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert (await provider.payments.retrieve(payment)).decline == Decline("expired_card", None, "confirm_card_data")
    provider.clock.at -= timedelta(seconds=1)
    await provider.payments.confirm(absent(payment, card), "try 2")
    assert await state(provider, payment) is PaymentState.SUCCEEDED


async def test_a_stored_card_expires_after_years(provider, payment, card):
    provider.clock.at = parse_instant("2040-01-01T00:00:00Z")
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert (await provider.payments.retrieve(payment)).decline.code == "expired_card"


async def test_a_card_of_another_customer_is_not_charged(provider, payment):
    other = await provider.cards.open_customer(ACCOUNT, "another")
    stored = await provider.cards.store(other, "pm_card_visa", "stored")
    for _ in range(2):
        assert await provider.payments.confirm(absent(payment, stored.id), "try 1") == Decline("no_longer_usable")
    assert await state(provider, payment) is PaymentState.UNCONFIRMED
    assert await provider.charges(payment) == (0, 0)


@pytest.mark.parametrize("buyer", [absent, present])
async def test_a_removed_card_is_not_charged(provider, customer, payment, card, buyer):
    await provider.remove(card)
    assert await provider.payments.confirm(buyer(payment, card), "try 1") == Decline("no_longer_usable")
    assert await provider.payments.confirm(buyer(payment, "pm_none"), "try 2") == Decline("no_longer_usable")
    assert await provider.charges(payment) == (0, 0)
    other = (await provider.cards.store(customer, "pm_card_mastercard", "other")).id
    assert await provider.payments.confirm(buyer(payment, other), "try 3") is None
    assert await state(provider, payment) is PaymentState.SUCCEEDED


async def test_every_declined_try_has_its_own_name(provider, payment, card):
    names = []
    for number in (1, 2):
        await provider.next_outcome("insufficient_funds")
        await provider.payments.confirm(absent(payment, card), f"try {number}")
        names += [(await provider.payments.retrieve(payment)).tried for _ in range(2)]
    assert names[0] == names[1] != ""
    assert names[2] == names[3] not in {"", names[0]}
    await provider.payments.confirm(absent(payment, card), "try 3")
    assert (await provider.payments.retrieve(payment)).tried == ""
