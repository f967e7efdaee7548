import pytest

from shared.rating.called import read_called_number
from shared.rating.numbers import InternationalNumber, ShortNumber


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+442079460123", "US", InternationalNumber("442079460123", 0)),
        ("911", "US", ShortNumber("911")),
        ("611", "US", ShortNumber("611")),
        ("+911", "US", ShortNumber("911")),  # as several soft phones send it
        ("+112", "DE", ShortNumber("112")),
        ("+911", "GB", None),  # no emergency number there
        ("+611", "US", None),
        ("+123456", "US", None),
        ("+911", None, ShortNumber("911")),  # at an unknown location it is free
        ("911 ", "US", None),
    ],
)
def test_a_short_number_with_a_plus_is_accepted_only_as_an_emergency_number(text, country, number):
    assert read_called_number(text, country) == number
