"""Premium-rate numbers, as Google's libphonenumber knows them.

Its full answer takes some 50 microseconds and most numbers are not premium, so a cheaper look comes first. It errs on
the safe side: a number that it lets through gets the full answer.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

COUNTRY_CODE_MAX = 3
"""The most digits of a country calling code."""

_ANY, _NONE = re.compile(r"[0-9]*"), re.compile(r"(?!)")


def is_premium_rate(digits: str) -> bool:
    """Whether `+` and *digits* is a premium-rate number by libphonenumber's metadata."""
    return may_be_premium_rate(digits) and says_premium_rate(digits)


def may_be_premium_rate(digits: str) -> bool:
    """False only if the number is certainly none: no end of it looks like a premium-rate number of a country that has
    its calling code. It is any end because libphonenumber may strip a national prefix after the calling code.
    """
    for length in range(1, COUNTRY_CODE_MAX + 1):
        if digits[:length] in _REGIONS:  # no calling code is the beginning of another
            return _ends_of(digits[:length]).fullmatch(digits, length) is not None
    return False


@lru_cache(maxsize=4096)
def says_premium_rate(digits: str) -> bool:
    """The full answer: libphonenumber parses the number and compares it with every kind of number of its country."""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE


_REGIONS = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}


@cache
def _ends_of(code: str) -> re.Pattern[str]:
    """What follows *code* in each number that may be premium: anything that ends as a premium-rate number of one of its
    countries; anything at all if libphonenumber rewrites national numbers, by the rules of the code's main country.
    """
    found = (PhoneMetadata.metadata_for_region_or_calling_code(int(code), region) for region in _REGIONS[code])
    main, *others = (country for country in found if country is not None)
    if main.national_prefix_transform_rule:
        return _ANY
    kinds = (country.premium_rate for country in (main, *others) if country.premium_rate)
    patterns = sorted({kind.national_number_pattern for kind in kinds if kind.national_number_pattern})
    return re.compile(f"[0-9]*(?:{'|'.join(patterns)})") if patterns else _NONE
