"""Which countries and currencies there are today: an account in one that does not exist can do nothing."""

import re
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

_ALPHA_2 = re.compile(r"[A-Z]{2}")

_RESERVED = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of Unicode's list that ISO 3166-1 gives to no country: unions, test codes, islands with a code of their own in
the post. Kosovo's XK is one too, but everybody uses it, and it has numbers of its own.
"""


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, and XK. Source: Unicode's CLDR."""
    known = map(str, Locale("en").territories)
    return frozenset(code for code in known if _ALPHA_2.fullmatch(code)) - _RESERVED


@cache
def currencies() -> frozenset[str]:
    """ISO 4217, as far as somebody pays with it today: neither funds and metals nor what the euro replaced."""
    return frozenset(currency for country in countries() for currency in get_territory_currencies(country, tender=True))
