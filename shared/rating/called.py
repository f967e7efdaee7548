"""Called numbers (CONTRACT 1, `called`). Every entry point reads them with this definition."""

from shared.rating.emergency import is_emergency
from shared.rating.numbers import Number, ShortNumber, read_number

CALLED_NUMBER_FORM = "+ and 7 to 15 digits, perhaps masked at the end, or a short number"
"""The form of a called number, for error messages."""


def read_called_number(text: str, country: str | None) -> Number | None:
    """The number in *text*, dialled by a caller in *country* (ISO 3166-1); None when *text* is not a number.

    A short number with a plus in front is accepted only where it is an emergency number: `+911` is 911 in the United
    States and is not a number in Great Britain.
    """
    number = read_number(text)
    if number is None and is_emergency(text, country):
        return ShortNumber(text.removeprefix("+"))
    return number
