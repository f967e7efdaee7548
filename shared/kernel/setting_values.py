"""Values of settings: whole numbers and durations within limits. ValueError names the setting that is malformed."""

import re
from collections.abc import Mapping
from datetime import timedelta

from shared.kernel.money import micros_of

_CURRENCY = re.compile(r"[A-Z]{3}")

DAYS_MAX = 36_500
"""A hundred years: a longer retention is taken for a typing error."""

MINUTES_MAX = 43_200
"""A month: instead of a longer pause, auto-recharge can be switched off."""

MARGIN_SECONDS_MAX = 3_600
"""An hour: until then money is set aside for a call that may never be reported."""

_WHOLE_NUMBER = re.compile(r"[0-9]+")


def days(environment: Mapping[str, str], name: str, default: int) -> timedelta:
    """A whole number of days, from 1 to `DAYS_MAX`."""
    return timedelta(days=whole_number(environment, name, default, DAYS_MAX))


def minutes(environment: Mapping[str, str], name: str, default: int) -> timedelta:
    """A whole number of minutes, from 1 to `MINUTES_MAX`."""
    return timedelta(minutes=whole_number(environment, name, default, MINUTES_MAX))


def seconds(environment: Mapping[str, str], name: str, default: int) -> timedelta:
    """A whole number of seconds, from 1 to `MARGIN_SECONDS_MAX`."""
    return timedelta(seconds=whole_number(environment, name, default, MARGIN_SECONDS_MAX))


def whole_number(environment: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number from 1 to *most*, with no more digits than *most* has."""
    text = (environment.get(name) or str(default)).strip()
    if _WHOLE_NUMBER.fullmatch(text) is None or len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise ValueError(f"{name} is a whole number from 1 to {most}")
    return int(text)


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a list separated by commas, without empty ones."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def amounts(environment: Mapping[str, str], name: str) -> dict[str, int]:
    """Micro-units by currency, from text such as SEK=500,NOK=500; empty when the setting is absent."""
    flaw, found = f"{name} is a list such as SEK=500,NOK=500", dict[str, int]()
    for part in split_list(environment.get(name) or ""):
        currency, _, amount = part.partition("=")
        try:
            found[currency] = micros_of(amount)
        except ValueError as error:
            raise ValueError(f"{flaw}: {error}") from error
        if _CURRENCY.fullmatch(currency) is None:
            raise ValueError(flaw)
    return found
