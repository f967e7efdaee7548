"""What follows for each of the payment provider's test cards. docs/cards.md shows this table, and a test compares."""

from dataclasses import dataclass, fields

STORED = "stored"
CONFIRMED_AND_STORED = "stored once its holder has confirmed"
SUCCEEDS = "succeeds"
CONFIRMED_AND_PAID = "succeeds once its holder has confirmed"
NO_CARD = "no card to charge"
TRIED_AGAIN = "tried again after 1 hour"
REFUSED = "never tried again; auto-recharge off until another card is stored"
WAITS = "waits for its holder"

SUCCEEDED_MAIL = "recharge succeeded"
TRIED_AGAIN_MAIL = "recharge failed, tried again"
REFUSED_MAIL = "recharge failed, please act"
HOLDER_MAIL = "confirm the card"


@dataclass(frozen=True, slots=True)
class CardRow:
    """One test card: *method* is its name at the provider, *number* how it ends. *storing*, *purchase* and *recharge*
    are what comes of them, *card* its state afterwards, *email* what administrators receive about the recharge.
    """

    method: str
    number: str
    storing: str
    purchase: str
    recharge: str
    card: str
    email: str


def _paying(method: str, number: str) -> CardRow:
    return CardRow(method, number, STORED, SUCCEEDS, SUCCEEDS, "usable", SUCCEEDED_MAIL)


def _unstored(method: str, number: str, reason: str) -> CardRow:
    return CardRow(method, number, f"declined: {reason}", f"declined: {reason}", NO_CARD, "not stored", "none")


TABLE = (
    _paying("pm_card_visa", "4242"),
    _paying("pm_card_mastercard", "4444"),
    _unstored("pm_card_visa_chargeDeclined", "0002", "generic_decline"),
    _unstored("pm_card_visa_chargeDeclinedInsufficientFunds", "9995", "insufficient_funds"),
    _unstored("pm_card_visa_chargeDeclinedLostCard", "9987", "lost_card"),
    _unstored("pm_card_visa_chargeDeclinedStolenCard", "9979", "stolen_card"),
    _unstored("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "6975", "card_velocity_exceeded"),
    _unstored("pm_card_chargeDeclinedExpiredCard", "0069", "expired_card"),
    _unstored("pm_card_chargeDeclinedIncorrectCvc", "0127", "incorrect_cvc"),
    _unstored("pm_card_chargeDeclinedProcessingError", "0119", "processing_error"),
    CardRow(
        "pm_card_chargeCustomerFail",
        "0341",
        STORED,
        "declined: generic_decline",
        TRIED_AGAIN,
        "usable",
        TRIED_AGAIN_MAIL,
    ),
    CardRow("pm_card_radarBlock", "0019", STORED, "declined: fraudulent", REFUSED, "refused", REFUSED_MAIL),
    CardRow(
        "pm_card_authenticationRequired",
        "3184",
        CONFIRMED_AND_STORED,
        CONFIRMED_AND_PAID,
        WAITS,
        "needs its holder",
        HOLDER_MAIL,
    ),
    CardRow(
        "pm_card_authenticationRequiredOnSetup",
        "3155",
        CONFIRMED_AND_STORED,
        CONFIRMED_AND_PAID,
        SUCCEEDS,
        "usable",
        SUCCEEDED_MAIL,
    ),
    CardRow(
        "pm_card_authenticationRequiredSetupForOffSession",
        "0446",
        CONFIRMED_AND_STORED,
        CONFIRMED_AND_PAID,
        SUCCEEDS,
        "usable",
        SUCCEEDED_MAIL,
    ),
    CardRow(
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "3178",
        CONFIRMED_AND_STORED,
        "declined: insufficient_funds",
        TRIED_AGAIN,
        "usable",
        TRIED_AGAIN_MAIL,
    ),
    _paying("pm_card_pendingRefund", "7726"),
    _paying("pm_card_refundFail", "5126"),
)

TITLES = ("Test card", "Number ends", "Storing it", "A purchase", "A recharge", "The card then", "E-mail")


def markdown() -> str:
    """The table as docs/cards.md has it."""
    rows = [[f"`{row.method}`", *(getattr(row, each.name) for each in fields(row)[1:])] for row in TABLE]
    lines = [TITLES, ["---"] * len(TITLES), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
