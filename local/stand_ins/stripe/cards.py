"""Stripe's test cards and the outcomes of charging them. Source: docs.stripe.com/testing."""

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
"""Code, decline code and advice code of each kind of decline."""

OUTCOMES = frozenset({"succeed", "processing", "requires_action", *DECLINES})
"""The possible outcomes of a confirmation."""

FAULTS = frozenset({"timeout_before", "timeout_after", "error_500", "error_500_after", "rate_limit", "held"})
"""Faults of any call; *before* and *after* are relative to its effect."""


@dataclass(frozen=True)
class TestCard:
    """One of Stripe's test cards.

    *asks* says when the bank requires authentication: "never"; "always"; "present", only if the holder is present;
    "untilSetUp", also if the holder is absent, as long as the card was not set up for that
    (docs.stripe.com/testing, "3D Secure authentication" and "Authentication and setup").
    *afterwards* is what happens after a charge: "pending" and "failing" are about refunds, "fraudulent",
    "product_not_received" and "inquiry" are disputes, "warning" is an early fraud warning.
    """

    last4: str
    outcome: str = "succeed"
    attaching: str = "succeed"
    asks: str = "never"
    brand: str = "visa"
    afterwards: str = ""

    def asks_for_holder(self, *, is_present: bool, is_set_up: bool) -> bool:
        """Whether the bank requires authentication of a charge."""
        if self.asks == "untilSetUp":
            return is_present or not is_set_up
        return self.asks == "always" or (self.asks == "present" and is_present)

    @property
    def asks_at_setup(self) -> bool:
        """Whether the bank requires authentication when the card is set up, at which the holder is present."""
        return self.asks != "never"


def _declining(last4: str, outcome: str) -> TestCard:
    """A card that cannot be stored either, because attaching it is declined."""
    return TestCard(last4, outcome, attaching=outcome)


TEST_CARDS = {
    "pm_card_visa": TestCard("4242"),
    "pm_card_mastercard": TestCard("4444", brand="mastercard"),
    "pm_card_visa_chargeDeclined": _declining("0002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _declining("9995", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": _declining("9987", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": _declining("9979", "stolen_card"),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": _declining("6975", "card_velocity_exceeded"),
    "pm_card_chargeDeclinedExpiredCard": _declining("0069", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": _declining("0127", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": _declining("0119", "processing_error"),
    "pm_card_chargeCustomerFail": TestCard("0341", "generic_decline"),
    "pm_card_radarBlock": TestCard("0019", "fraudulent"),
    "pm_card_authenticationRequired": TestCard("3184", asks="always"),
    "pm_card_authenticationRequiredOnSetup": TestCard("3155", asks="untilSetUp"),
    "pm_card_authenticationRequiredSetupForOffSession": TestCard("0446", asks="present"),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": TestCard(
        "3178", "insufficient_funds", asks="untilSetUp"
    ),
    "pm_card_createDispute": TestCard("0259", afterwards="fraudulent"),
    "pm_card_createDisputeProductNotReceived": TestCard("2685", afterwards="product_not_received"),
    "pm_card_createDisputeInquiry": TestCard("1976", afterwards="inquiry"),
    "pm_card_createIssuerFraudRecord": TestCard("5423", afterwards="warning"),
    "pm_card_pendingRefund": TestCard("7726", afterwards="pending"),
    "pm_card_refundFail": TestCard("5126", afterwards="failing"),
}
