"""The call kind: what a call is for the customer, and whether it is charged (R7, CONTRACT 1)."""

from collections.abc import Callable
from enum import StrEnum

from shared.rating.numbers import InternationalNumber, Number
from shared.rating.premium import is_premium_rate
from shared.rating.rate_card import Rate


class CallKind(StrEnum):
    """The closed list of call kinds, in the order in which they are decided."""

    EMERGENCY = "emergency"
    TOLL_FREE = "tollFree"
    INBOUND = "inbound"
    PREMIUM = "premium"
    CONFERENCE_DIAL_OUT = "conferenceDialOut"
    DOMESTIC = "domestic"
    INTERNATIONAL = "international"


FREE = frozenset({CallKind.EMERGENCY, CallKind.INBOUND})
"""Kinds that are never charged and never refused."""

CHARGED = tuple(kind for kind in CallKind if kind not in FREE)
"""Kinds that cost what the rate card says. A lot's scope consists of these."""

_PREMIUM = "premium"


def outbound_kind(rate: Rate, *, is_conference: bool, is_premium: bool, is_domestic: Callable[[str], bool]) -> CallKind:
    """The kind of an outbound call at *rate*. *is_premium*: `is_premium_number` of the called number. *is_domestic*
    says whether a country is domestic where the caller is.
    """
    if is_premium or _PREMIUM in rate.type.lower() or _PREMIUM in rate.name.lower():
        return CallKind.PREMIUM
    if is_conference:
        return CallKind.CONFERENCE_DIAL_OUT
    return CallKind.DOMESTIC if is_domestic(rate.country) else CallKind.INTERNATIONAL


def is_premium_number(number: Number) -> bool:
    """Whether Google's libphonenumber says that an unmasked number is a premium-rate number."""
    return isinstance(number, InternationalNumber) and not number.hidden and is_premium_rate(number.digits)
