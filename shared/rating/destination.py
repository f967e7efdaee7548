"""Which rate of a card applies to a called number: that of the longest matching prefix of a direction (R9)."""

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

from shared.rating.numbers import InternationalNumber, Number, ShortNumber
from shared.rating.rate_card import Direction, Rate, RateCard


class Unrated(StrEnum):
    """Why no rate applies to a number; the values are reasons of suspense (CONTRACT 1)."""

    NO_RATE = "no_rate"  # the number begins with no prefix of the card
    MASKED_NUMBER = "masked_number"  # the digits that decide between two prefixes are hidden


def destination(card: RateCard, number: Number, direction: Direction) -> Rate | Unrated:
    """The rate of *direction* with the longest prefix with which the called *number* begins, or why there is none.

    A masked number is rated by its visible digits only if no longer prefix of the card could match the hidden digits.
    A short number has no country code, so that no prefix applies to it: 611 is not Australia.
    """
    if isinstance(number, ShortNumber):
        return Unrated.NO_RATE
    if _continues_inside_mask(card.prefixes_of(direction), number):
        return Unrated.MASKED_NUMBER
    rates, digits = card.rates_of(direction), number.digits
    for length in range(len(digits), 0, -1):
        rate = rates.get(digits[:length])
        if rate is not None:
            return rate
    return Unrated.NO_RATE


def _continues_inside_mask(prefixes: Sequence[str], number: InternationalNumber) -> bool:
    if not number.hidden:
        return False
    visible, whole = number.digits, len(number.digits) + number.hidden
    for prefix in prefixes[bisect_right(prefixes, visible) :]:
        if not prefix.startswith(visible):
            return False
        if len(prefix) <= whole:
            return True
    return False
