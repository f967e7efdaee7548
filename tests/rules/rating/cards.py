"""Rate cards for examples."""

from datetime import UTC, datetime

from shared.rating.card_csv import CardProblems, read_rates
from shared.rating.numbers import read_number
from shared.rating.rate_card import Rate, RateCard


def rate(prefix="44", per_minute=15_000, fee=0, minimum=60, increment=60):
    return Rate(prefix, f"to {prefix}", "mixed", "", per_minute, fee, minimum, increment)


def number(text):
    found = read_number(text)
    assert found is not None
    return found


def read(text):
    found = read_rates(text if isinstance(text, bytes) else text.encode())
    assert not isinstance(found, CardProblems), found.problems[:3]
    return found


def rates_of(text):
    return read(text).rates


def card(*rates, currency="USD", inbound=()):
    both = ({each.prefix: each for each in direction} for direction in (rates, inbound))
    return RateCard("default", currency, datetime(2026, 1, 1, tzinfo=UTC), *both)
