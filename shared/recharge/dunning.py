"""What follows a declined card (R4): soft declines are retried on a schedule, hard ones never on that card."""

from datetime import datetime, timedelta
from enum import StrEnum

RETRY_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
"""Pauses before the tries after a soft decline. After the last one the slot waits for a new card or a purchase."""

GONE = "no_longer_usable"
"""The service's own code: the card no longer exists at the provider."""

_HARD_CODES = frozenset(
    {
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
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "stop_payment_order",
    }
)
"""Decline codes with which a later try on the same card cannot succeed. Source: Stripe's list of decline codes."""

_HOLDER_CODES = frozenset({"authentication_required", "authentication_not_handled"})
"""The bank asks for the card holder, who is absent: no retry can succeed before he has confirmed the card."""

_HARD_ADVICE = frozenset({"do_not_try_again", "confirm_card_data"})
"""The issuer's advice, which takes precedence over the codes."""


class Severity(StrEnum):
    """What a decline means for the card."""

    SOFT = "soft"  # the card may be tried again later
    HARD = "hard"  # the card is never tried again
    HOLDER = "holder"  # the card may be charged once its holder has confirmed it with the bank
    GONE = "gone"  # the provider no longer has the card; nothing is known against it


def severity(code: str, decline_code: str | None, advice: str | None) -> Severity:
    """What a decline means. Unknown codes are soft: the schedule is short, and administrators are notified at once."""
    if {code, decline_code} & _HOLDER_CODES:
        return Severity.HOLDER
    if code == GONE:
        return Severity.GONE
    if advice is not None:
        return Severity.HARD if advice in _HARD_ADVICE else Severity.SOFT
    return Severity.HARD if {code, decline_code} & _HARD_CODES else Severity.SOFT


def reason(code: str, decline_code: str | None) -> str:
    """The code that names the reason to people: the issuer's decline code if there is one."""
    return decline_code if decline_code and decline_code != "n/a" else code


def next_try(soft_declines: int, *, now: datetime) -> datetime | None:
    """When to try again after *soft_declines* in a row; None at the end of the schedule."""
    return now + RETRY_AFTER[soft_declines - 1] if soft_declines <= len(RETRY_AFTER) else None
