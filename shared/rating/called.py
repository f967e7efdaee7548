"""What was dialled, read where the caller is (CONTRACT 1, `called`): the one definition at every door."""

from shared.rating.emergency import is_emergency
from shared.rating.numbers import Number, ShortNumber, read_number

EXPECTED = "+ and 7 to 15 digits, perhaps masked at the end, or a short number"
"""For people, wherever a called number is refused."""


def read_called(text: str, country: str | None) -> Number | None:
    """Return the number that *text* writes for a caller in *country* (ISO 3166-1), None when it writes none.

    With a plus in front, a short number counts only where it is an emergency number: `+911` is 911 in the United
    States, and nothing in Great Britain.
    """
    number = read_number(text)
    if number is None and is_emergency(text, country):
        return ShortNumber(text.removeprefix("+"))
    return number
