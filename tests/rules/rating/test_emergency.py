import pytest

from shared.rating.emergency import is_emergency


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("US", "911 112"),
        ("CA", "911 112"),
        ("GB", "999 112"),
        ("DE", "110 112"),
        ("FR", "15 17 18 112"),
        ("JP", "110 119"),
        ("RU", "101 102 103 112"),
        ("AU", "000 112"),
        ("IT", "112 113 115"),
        ("us", "911"),
    ],
)
def test_a_country_has_its_emergency_numbers(country, numbers):
    for number in numbers.split():
        assert is_emergency(number, country)


@pytest.mark.parametrize(
    ("dialled", "country"),
    [
        ("110", "US"),  # the police in Germany, unassigned in the United States
        ("999", "US"),
        ("911", "GB"),
        ("112", "JP"),
        ("9911", "US"),  # with an outside-line prefix, which the dial plan must remove
        ("9111", "US"),
        ("611", "US"),
        ("+14255550911", "US"),
        ("+442079460999", "GB"),
        ("", "US"),
        ("911;ext=1", "US"),
        ("\u0669\u0661\u0661", "US"),
    ],
)
def test_a_number_that_is_not_an_emergency_number_at_the_callers_location_is_charged(dialled, country):
    assert not is_emergency(dialled, country)


@pytest.mark.parametrize("country", [None, "", "XX", "001", "GN"])
@pytest.mark.parametrize("dialled", ["911", "112", "999", "110", "000", "+112"])
def test_at_an_unknown_location_every_known_emergency_number_is_free(dialled, country):
    assert is_emergency(dialled, country)


def test_at_an_unknown_location_other_numbers_are_charged():
    assert not is_emergency("611", None)
    assert not is_emergency("+112112112", None)


@pytest.mark.parametrize(
    ("dialled", "country", "free"),
    [
        ("+911", "US", True),
        ("+1911", "US", True),
        ("+44999", "GB", True),
        ("+999", "US", False),
        ("+1110", "US", False),
        ("1911", "US", False),  # without the plus there is no country code
    ],
)
def test_an_emergency_number_is_recognised_with_a_plus_or_a_country_code(dialled, country, free):
    assert is_emergency(dialled, country) is free
