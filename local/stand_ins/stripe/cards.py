"""Stripe's test cards and what can come of charging one. Source: docs.stripe.com/testing."""

from dataclasses import dataclass

DECLINES = {
    "generic_decline": ("card_declined", "generic_decline", "try_again_later"),
    "insufficient_funds": ("card_declined", "insufficient_funds", "try_again_later"),
    "card_velocity_exceeded": ("card_declined", "card_velocity_exceeded", "try_again_later"),
    "lost_card": ("card_declined", "lost_card", "do_not_try_again"),
    "stolen_card": ("card_declined", "stolen_card", "do_not_try_again"),
    "fraudulent": ("card_declined", "fraudulent", "do_not_try_again"),
    "expired_card": ("expired_card", None, "confirm_card_data"),
    "incorrect_cvc": ("incorrect_cvc", None, "confirm_card_data"),
    "processing_error": ("processing_error", None, "try_again_later"),
    "authentication_required": ("authentication_required", "authentication_required", None),
    "payment_intent_authentication_failure": ("payment_intent_authentication_failure", None, None),
}
"""A refusal by its name: code, decline code, advice code."""

OUTCOMES = frozenset({"succeed", "processing", "requires_action", *DECLINES})
"""What a confirmation can come to."""

FAULTS = frozenset({"timeout_before", "timeout_after", "error_500", "error_500_after", "rate_limit", "held"})
"""What can happen to a call whatever it asks; *before* and *after* say on which side of its effect."""


@dataclass(frozen=True)
class TestCard:
    """One of Stripe's test cards.

    *asks* is when the bank wants the holder: "never", "present" (but a charge without the holder passes), "always".
    """

    last4: str
    outcome: str = "succeed"
    attaching: str = "succeed"
    asks: str = "never"
    brand: str = "visa"


def _refusing(last4: str, outcome: str) -> TestCard:
    """A card that cannot be stored either."""
    return TestCard(last4, outcome, attaching=outcome)


TEST_CARDS = {
    "pm_card_visa": TestCard("4242"),
    "pm_card_mastercard": TestCard("4444", brand="mastercard"),
    "pm_card_visa_chargeDeclined": _refusing("0002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _refusing("9995", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": _refusing("9987", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": _refusing("9979", "stolen_card"),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": _refusing("6975", "card_velocity_exceeded"),
    "pm_card_chargeDeclinedExpiredCard": _refusing("0069", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": _refusing("0127", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": _refusing("0119", "processing_error"),
    "pm_card_chargeCustomerFail": TestCard("0341", "generic_decline"),
    "pm_card_radarBlock": TestCard("0019", "fraudulent"),
    "pm_card_authenticationRequired": TestCard("3184", asks="always"),
    "pm_card_authenticationRequiredOnSetup": TestCard("3155", asks="always"),
    "pm_card_authenticationRequiredSetupForOffSession": TestCard("0446", asks="present"),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": TestCard(
        "3178", "insufficient_funds", asks="always"
    ),
}
