"""Telephone numbers as usage and authorisation name them (CONTRACT 1, `called` and `calling`)."""

import re
from dataclasses import dataclass
from typing import TypeAlias

DIGITS_MIN = 7
DIGITS_MAX = 15
"""E.164 allows fifteen digits. Possible is enough: fictional and new ranges are in no numbering plan."""

# Spelled [0-9]: \d also matches the digits of other scripts, which no prefix of a card is written in.
_INTERNATIONAL = re.compile(r"\+([0-9]+)(\**)")
_SHORT = re.compile(r"[0-9]{2,6}")


@dataclass(frozen=True, slots=True)
class InternationalNumber:
    """Visible digits without the plus, and how many more a mask at the end hides: `+1425555***` hides three."""

    digits: str
    hidden: int


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """A number without a country, such as 911 or 116117: it means something only where it is dialled."""

    digits: str


Number: TypeAlias = InternationalNumber | ShortNumber


def read_number(text: str) -> Number | None:
    """Return the number that *text* writes, None when it writes none: `+` and 7 to 15 digits, of which the last may be
    masked by asterisks, or a short number of 2 to 6 digits.
    """
    if _SHORT.fullmatch(text):
        return ShortNumber(text)
    match = _INTERNATIONAL.fullmatch(text)
    if match is None:
        return None
    digits, mask = match.groups()
    if not DIGITS_MIN <= len(digits) + len(mask) <= DIGITS_MAX:
        return None
    return InternationalNumber(digits, len(mask))
