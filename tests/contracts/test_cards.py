"""The contract of the port `Cards`, for the fake and for Stripe's SDK with the stand-in."""

import pytest

from shared.ports import NO_SUCH_METHOD, Decline, StoredCard
from tests.contracts.payment_providers import ACCOUNT


async def test_a_key_creates_one_customer(provider):
    first = await provider.cards.open_customer(ACCOUNT, "one")
    assert await provider.cards.open_customer(ACCOUNT, "one") == first
    assert await provider.cards.open_customer(ACCOUNT, "two") != first


async def test_a_stored_card_has_its_public_details(provider, customer):
    stored = await provider.cards.store(customer, "pm_card_mastercard", "stored")
    assert stored == StoredCard(stored.id, "mastercard", "4444", 2030, 11, stored.fingerprint)


async def test_the_same_number_has_the_same_fingerprint(provider, customer):
    first, again, other = [
        await provider.cards.store(customer, method, f"store {key}")
        for key, method in enumerate(["pm_card_visa", "pm_card_visa", "pm_card_mastercard"])
    ]
    assert first.id != again.id
    assert first.fingerprint == again.fingerprint != other.fingerprint


async def test_a_card_attached_to_the_customer_is_already_stored(provider, customer):
    first = await provider.cards.store(customer, "pm_card_visa", "stored")
    assert await provider.cards.store(customer, first.id, "again") == first


async def test_a_card_attached_to_another_customer_cannot_be_stored(provider, customer):
    first = await provider.cards.store(customer, "pm_card_visa", "stored")
    other = await provider.cards.open_customer(ACCOUNT, "another")
    assert isinstance(await provider.cards.store(other, first.id, "again"), Decline)


async def test_a_key_stores_a_card_once(provider, customer):
    first = await provider.cards.store(customer, "pm_card_visa", "stored")
    assert await provider.cards.store(customer, "pm_card_visa", "stored") == first


@pytest.mark.parametrize(
    ("method", "decline"),
    [
        ("pm_card_visa_chargeDeclined", Decline("card_declined", "generic_decline", "try_again_later")),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            Decline("card_declined", "insufficient_funds", "try_again_later"),
        ),
        ("pm_card_visa_chargeDeclinedLostCard", Decline("card_declined", "lost_card", "do_not_try_again")),
        ("pm_card_visa_chargeDeclinedStolenCard", Decline("card_declined", "stolen_card", "do_not_try_again")),
        (
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
            Decline("card_declined", "card_velocity_exceeded", "try_again_later"),
        ),
        ("pm_card_chargeDeclinedExpiredCard", Decline("expired_card", None, "confirm_card_data")),
        ("pm_card_chargeDeclinedIncorrectCvc", Decline("incorrect_cvc", None, "confirm_card_data")),
        ("pm_card_chargeDeclinedProcessingError", Decline("processing_error", None, "try_again_later")),
        ("pm_no_such_card", NO_SUCH_METHOD),
    ],
)
async def test_a_card_that_cannot_be_stored_is_declined(provider, customer, method, decline):
    assert await provider.cards.store(customer, method, "stored") == decline
