import pytest

from shared.rating.numbers import InternationalNumber, ShortNumber, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+442079460123", InternationalNumber("442079460123", 0)),
        ("+1425555***", InternationalNumber("1425555", 3)),
        ("+1234567", InternationalNumber("1234567", 0)),  # seven digits, the fewest
        ("+123456", None),
        ("+123456789012345", InternationalNumber("123456789012345", 0)),  # fifteen, the most
        ("+1234567890123456", None),
        ("+123456789012***", InternationalNumber("123456789012", 3)),  # hidden digits count
        ("+1234567890123***", None),
        ("+1234***", InternationalNumber("1234", 3)),
        ("+*******", None),  # nothing visible
        ("+1425***5555", None),  # masked at the end only
        ("+447700900123", InternationalNumber("447700900123", 0)),  # in no numbering plan, and possible
        ("911", ShortNumber("911")),
        ("15", ShortNumber("15")),
        ("116117", ShortNumber("116117")),
        ("5", None),
        ("1161171", None),  # seven digits without a plus: a national number
        ("+911", None),
        ("", None),
        ("+", None),
        ("442079460123", None),
        ("+44 20 7946 0123", None),
        ("+44\uff12\uff1079460123", None),  # digits of another script
        ("\u0669\u0661\u0661", None),
        ("911\n", None),
        ("+442079460123\n", None),
        ("sip:+442079460123", None),
    ],
)
def test_a_number_is_a_plus_with_7_to_15_digits_perhaps_masked_or_a_short_number(text, number):
    assert read_number(text) == number
