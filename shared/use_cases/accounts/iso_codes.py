"""The countries and currencies that exist today. An account in any other could do nothing."""

import re
from functools import cache
from typing import Annotated, TypeAlias

import phonenumbers
from pydantic import AfterValidator, Field

_ALPHA_2 = re.compile(r"[A-Z]{2}")

_RESERVED = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of Unicode's list that ISO 3166-1 gives to no country: unions, test codes, islands with a postal code of their
own. Kosovo's XK is another one, but it is in general use, and the country has phone numbers of its own.
"""


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, and XK. Source: Unicode's CLDR."""
    from babel import Locale  # noqa: PLC0415 - cold start

    known = map(str, Locale("en").territories)
    return frozenset(code for code in known if _ALPHA_2.fullmatch(code)) - _RESERVED


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes of the money in use today: no funds, no metals, no currency that the euro replaced."""
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - cold start

    return frozenset(currency for country in countries() for currency in get_territory_currencies(country, tender=True))


def is_country(code: str) -> bool:
    """Whether *code* is a country's. The first list is in memory where calls are read, and has nearly all of them."""
    return (code in phonenumbers.SUPPORTED_REGIONS and code not in _RESERVED) or code in countries()


def _country(code: str) -> str:
    if not is_country(code):
        raise ValueError("a country, by its two capital letters (ISO 3166-1)")
    return code


Country: TypeAlias = Annotated[str, AfterValidator(_country), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
"""A country in a request."""
