"""The cheap look at a number never changes libphonenumber's answer whether it is a premium-rate number."""

import random
import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from shared.rating import premium
from shared.rating.numbers import DIGITS_MAX, DIGITS_MIN
from shared.rating.premium import is_premium_rate, may_be_premium_rate, says_premium_rate

EXAMPLES = 400


def countries(code):
    """The metadata of the countries with a calling code."""
    found = (
        PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in COUNTRY_CODE_TO_REGION_CODE[code]
    )
    return [country for country in found if country]


def premium_patterns(code):
    """The patterns of its premium-rate numbers."""
    kinds = [country.premium_rate for country in countries(code) if country.premium_rate]
    return sorted({kind.national_number_pattern for kind in kinds if kind.national_number_pattern})


PATTERNS = {code: premium_patterns(code) for code in COUNTRY_CODE_TO_REGION_CODE}
WITH_PREMIUM = sorted(code for code, patterns in PATTERNS.items() if patterns)

codes = st.sampled_from([*map(str, COUNTRY_CODE_TO_REGION_CODE), "", "0", "999"])
tails = st.text("0123456789", max_size=DIGITS_MAX)
prefixes = st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=4))


def shaped(code, pattern):
    """Premium-rate numbers after an optional prefix, as they are or with one digit more, less or changed."""
    number = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    end = st.sampled_from(["", "0", "5"])
    return st.builds(lambda prefix, national, more: f"{code}{prefix}{national}{more}", prefixes, number, end)


near_premium = st.sampled_from([(code, pattern) for code in WITH_PREMIUM for pattern in PATTERNS[code]]).flatmap(
    lambda each: shaped(*each)
)
changed = st.builds(
    lambda digits, place, digit: digits[: place % len(digits)] + digit + digits[place % len(digits) + 1 :],
    near_premium,
    st.integers(0, DIGITS_MAX),
    st.sampled_from("0123456789"),
)
numbers = st.one_of(st.builds(str.__add__, codes, tails), near_premium, changed).filter(
    lambda digits: DIGITS_MIN <= len(digits) <= DIGITS_MAX
)


@settings(max_examples=EXAMPLES)
@given(numbers)
def test_the_answer_is_libphonenumbers(digits):
    assert is_premium_rate(digits) is says_premium_rate.__wrapped__(digits)


def test_examples_of_every_country_are_found():
    """libphonenumber has an example of a premium-rate number for most countries that have such numbers."""
    examples = [
        f"{code}{country.premium_rate.example_number}"
        for code in WITH_PREMIUM
        for country in countries(code)
        if country.premium_rate and country.premium_rate.example_number
    ]
    found = [digits for digits in examples if is_premium_rate(digits)]
    assert found == [digits for digits in examples if says_premium_rate(digits)]
    assert len(found) > 100


@pytest.mark.parametrize(("digits", "is_premium"), [("19002345678", True), ("119002345678", True)])
def test_a_national_prefix_after_the_country_code_is_seen_through(digits, is_premium):
    assert phonenumbers.parse(f"+{digits}").national_number == 9002345678
    assert is_premium_rate(digits) is is_premium


def test_few_ordinary_numbers_take_the_full_answer(monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(premium, "says_premium_rate", asked.append)
    rng = random.Random(1)
    landlines = [f"4420{rng.randrange(10**8):08d}" for _ in range(1_000)]
    assert not any(is_premium_rate(digits) for digits in landlines)
    assert not asked


def test_a_number_of_no_country_cannot_be_premium():
    assert not may_be_premium_rate("0123456789")
    assert not may_be_premium_rate("99999999999")
