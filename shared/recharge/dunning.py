"""What follows a declined card (R4): soft declines are retried on a schedule, hard ones never on that card."""

from datetime import datetime, timedelta
from enum import StrEnum

RETRY_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
"""Pauses before the tries that follow a soft decline; after the last the slot waits for a person."""

_HARD_CODES = frozenset(
    {
        "authentication_required",  # the bank wants the holder, who is absent: no retry can help
        "card_not_supported",
        "currency_not_supported",
        "do_not_honor_permanently",
        "expired_card",
        "fraudulent",
        "incorrect_cvc",
        "incorrect_number",
        "invalid_account",
        "invalid_cvc",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "no_longer_usable",  # ours: the card is no longer there
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "stop_payment_order",
    }
)
"""Decline codes that a later try on the same card cannot change. Source: Stripe's list of decline codes."""

_HARD_ADVICE = frozenset({"do_not_try_again", "confirm_card_data"})
"""The issuer's advice, read before the codes."""


class Severity(StrEnum):
    """What a decline means for the card."""

    SOFT = "soft"  # try again later
    HARD = "hard"  # never again on this card


def severity(code: str, decline_code: str | None, advice: str | None) -> Severity:
    """Sort a decline. Unknown codes are soft: the schedule is short, and a person is told at once."""
    if advice is not None:
        return Severity.HARD if advice in _HARD_ADVICE else Severity.SOFT
    return Severity.HARD if {code, decline_code} & _HARD_CODES else Severity.SOFT


def reason(code: str, decline_code: str | None) -> str:
    """The one word that tells people why: the issuer's where there is one."""
    return decline_code if decline_code and decline_code != "n/a" else code


def next_try(soft_declines: int, *, now: datetime) -> datetime | None:
    """When to try again after that many soft declines in a row; None when the schedule is used up."""
    return now + RETRY_AFTER[soft_declines - 1] if soft_declines <= len(RETRY_AFTER) else None
