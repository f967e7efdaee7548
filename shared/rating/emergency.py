"""Emergency numbers: free and never refused (R13)."""

import re
from functools import lru_cache

import phonenumbers

# Several soft phones send 911 as +911, and some that normalise first as +1911. No international number has so few
# digits, so reading them as what was dialled can free no call that has a price.
_DIALLED = re.compile(r"(\+?)([0-9]{2,6})")


def is_emergency(dialled: str, country: str | None) -> bool:
    """Return whether *dialled*, exactly as it was, reaches an emergency service for a caller in *country* (ISO 3166-1).

    The caller's location decides: 110 is one in Germany and none in the United States. Where it is unknown, or the
    library knows no emergency number for it, a number that is one anywhere counts: a free call costs us cents, a
    refused one may cost a life. Outside-line prefixes (9911) are the dial plan's to remove.
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


@lru_cache(maxsize=1024)  # some 240 regions are asked
def _is_emergency_anywhere(digits: str) -> bool:
    return any(phonenumbers.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_SHORT_REGIONS)


def _has_emergency_numbers(region: str) -> bool:
    metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(region)
    return metadata is not None and metadata.emergency is not None
