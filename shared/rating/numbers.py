"""Telephone numbers in usage and authorisation (CONTRACT 1, `called` and `calling`)."""

import re
from dataclasses import dataclass
from typing import TypeAlias

DIGITS_MIN = 7
DIGITS_MAX = 15
"""E.164 allows fifteen digits. Only the length is checked: fictional and new ranges are in no numbering plan."""

# [0-9] and not \d, which also matches digits of other scripts; prefixes of cards have none of these.
_INTERNATIONAL = re.compile(r"\+([0-9]+)(\**)")
_SHORT = re.compile(r"[0-9]{2,6}")


@dataclass(frozen=True, slots=True)
class InternationalNumber:
    """The visible digits without the plus, and how many a mask at the end hides: `+1425555***` hides three."""

    digits: str
    hidden: int


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """A number without a country code, such as 911 or 116117. Its meaning depends on where it is dialled."""

    digits: str


Number: TypeAlias = InternationalNumber | ShortNumber


def read_number(text: str) -> Number | None:
    """The number in *text*: `+` and 7 to 15 digits, of which the last may be masked by asterisks, or a short number of
    2 to 6 digits. None when *text* is neither.
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
