"""What `Cards` promises: the fake, and Stripe's SDK against the stand-in, alike."""

import pytest

from shared.ports import NO_SUCH_METHOD, Decline, StoredCard
from tests.contracts.payment_bench import ACCOUNT


async def test_a_key_opens_one_customer(bench):
    first = await bench.cards.open_customer(ACCOUNT, "one")
    assert await bench.cards.open_customer(ACCOUNT, "one") == first
    assert await bench.cards.open_customer(ACCOUNT, "two") != first


async def test_a_stored_card_shows_what_may_be_shown(bench, customer):
    stored = await bench.cards.store(customer, "pm_card_mastercard", "stored")
    assert stored == StoredCard(stored.id, "mastercard", "4444", 2030, 11, stored.fingerprint)


async def test_the_same_number_has_the_same_fingerprint(bench, customer):
    first, again, other = [
        await bench.cards.store(customer, method, f"store {key}")
        for key, method in enumerate(["pm_card_visa", "pm_card_visa", "pm_card_mastercard"])
    ]
    assert first.id != again.id
    assert first.fingerprint == again.fingerprint != other.fingerprint


async def test_a_card_that_hangs_on_the_customer_is_stored_already(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    assert await bench.cards.store(customer, first.id, "again") == first


async def test_a_card_that_hangs_on_another_customer_can_not_be_stored(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    other = await bench.cards.open_customer(ACCOUNT, "another")
    assert isinstance(await bench.cards.store(other, first.id, "again"), Decline)


async def test_a_key_stores_a_card_once(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    assert await bench.cards.store(customer, "pm_card_visa", "stored") == first


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
async def test_a_card_that_can_not_be_stored_is_declined(bench, customer, method, decline):
    assert await bench.cards.store(customer, method, "stored") == decline
