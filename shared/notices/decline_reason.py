"""Why a card was declined, as far as it changes what a reader can do."""

from enum import StrEnum


class DeclineReason(StrEnum):
    """The reason for which a card was declined, as far as it changes what the reader can do."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"  # a limit of the bank on the amount or the number of charges
    EXPIRED_CARD = "expired_card"
    LOST_CARD = "lost_card"
    STOLEN_CARD = "stolen_card"
    CLOSED_ACCOUNT = "closed_account"
    WRONG_DETAILS = "wrong_details"  # number, expiry or check digits do not match the card
    AUTHENTICATION_REQUIRED = "authentication_required"  # the bank wants to ask the holder, who is absent
    BANK_UNREACHABLE = "bank_unreachable"  # the bank or its network could not process the charge
    REMOVED_CARD = "removed_card"  # removed while it was about to be charged
    GENERIC = "generic"  # no reason was given


_REASON_OF = {
    "insufficient_funds": DeclineReason.INSUFFICIENT_FUNDS,
    "card_velocity_exceeded": DeclineReason.LIMIT_EXCEEDED,
    "withdrawal_count_limit_exceeded": DeclineReason.LIMIT_EXCEEDED,
    "expired_card": DeclineReason.EXPIRED_CARD,
    "lost_card": DeclineReason.LOST_CARD,
    "stolen_card": DeclineReason.STOLEN_CARD,
    "invalid_account": DeclineReason.CLOSED_ACCOUNT,
    "new_account_information_available": DeclineReason.CLOSED_ACCOUNT,
    "incorrect_cvc": DeclineReason.WRONG_DETAILS,
    "incorrect_number": DeclineReason.WRONG_DETAILS,
    "invalid_cvc": DeclineReason.WRONG_DETAILS,
    "invalid_expiry_month": DeclineReason.WRONG_DETAILS,
    "invalid_expiry_year": DeclineReason.WRONG_DETAILS,
    "invalid_number": DeclineReason.WRONG_DETAILS,
    "authentication_required": DeclineReason.AUTHENTICATION_REQUIRED,
    "authentication_not_handled": DeclineReason.AUTHENTICATION_REQUIRED,
    "issuer_not_available": DeclineReason.BANK_UNREACHABLE,
    "processing_error": DeclineReason.BANK_UNREACHABLE,
    "reenter_transaction": DeclineReason.BANK_UNREACHABLE,
    "try_again_later": DeclineReason.BANK_UNREACHABLE,
    "no_longer_usable": DeclineReason.REMOVED_CARD,  # the Stripe adapter's own code
}


def decline_reason(code: str) -> DeclineReason:
    """The meaning of the payment provider's decline code for a reader. Codes that are not listed are generic.

    Source: Stripe, list of decline codes.
    """
    return _REASON_OF.get(code, DeclineReason.GENERIC)
