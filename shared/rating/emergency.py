"""Emergency numbers: free and never refused (R13)."""

import re
from functools import lru_cache

import phonenumbers

# Several soft phones send 911 as +911, and some, which normalise numbers first, as +1911. No international number has
# so few digits: accepting these forms cannot make a priced call free.
_DIALLED = re.compile(r"(\+?)([0-9]{2,6})")


def is_emergency(dialled: str, country: str | None) -> bool:
    """Whether *dialled*, without any change, reaches an emergency service for a caller in *country* (ISO 3166-1).

    The caller's location decides: 110 is an emergency number in Germany and not in the United States. If the country is
    unknown, or the library knows no emergency number for it, a number that is one in any country counts: a free call
    costs cents, a refused one may cost a life. The dial plan must remove outside-line prefixes (9911).
    Source: the short numbers of Google's libphonenumber.
    """
    match = _DIALLED.fullmatch(dialled)
    if match is None:
        return False
    plus, digits = match.groups()
    region = country.upper() if country and _has_emergency_numbers(country.upper()) else None
    if _is_emergency_in(digits, region):
        return True
    if not plus or region is None:
        return False
    code = str(phonenumbers.country_code_for_region(region))
    return digits.startswith(code) and _is_emergency_in(digits.removeprefix(code), region)


def _is_emergency_in(digits: str, region: str | None) -> bool:
    if region is None:
        return _is_emergency_anywhere(digits)
    return phonenumbers.is_emergency_number(digits, region)


@lru_cache(maxsize=1024)  # each call checks some 240 regions
def _is_emergency_anywhere(digits: str) -> bool:
    return any(phonenumbers.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_SHORT_REGIONS)


def _has_emergency_numbers(region: str) -> bool:
    metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(region)
    return metadata is not None and metadata.emergency is not None
