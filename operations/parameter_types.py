"""The forms of values on the command line. Any other form is wrong usage, reported with the option's name."""

import re
from collections.abc import Callable

import click

from shared.kernel.money import micros_of
from shared.kernel.printable import is_printable
from shared.kernel.times import instant_text, parse_instant

REASONS = (
    *("unreadable", "not_cloudevents", "unknown_type", "invalid_field", "too_long", "in_the_future", "before_account"),
    *("unknown_account", "no_rate", "masked_number", "unknown_payer", "conflict", "not_a_call", "poison"),
)
"""The service's reasons for suspense, copied here so that help stays fast; a test compares them."""

LABEL_MAX = 200


class ParameterType(click.ParamType[str]):
    """A value that *read* understands: it returns the value as the service takes it, or raises ValueError."""

    def __init__(self, name: str, read: Callable[[str], str]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value; click reports wrong usage when it has another form."""
        try:
            return self._read(str(value))
        except ValueError as wrong:
            self.fail(f"{value!r}: {wrong}", param, ctx)


def _instant(text: str) -> str:
    try:
        return instant_text(parse_instant(text))
    except ValueError as wrong:
        message = f"{wrong}, such as 2027-01-01T00:00:00Z"
        raise ValueError(message) from wrong


def _amount(text: str) -> str:
    if micros_of(text) == 0:
        message = "an amount is above zero"
        raise ValueError(message)
    return text


def _label(what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not (0 < len(text) <= LABEL_MAX and is_printable(text)):
            message = f"a {what} is 1 to {LABEL_MAX} printable characters"
            raise ValueError(message)
        return text

    return read


def _matching(pattern: str, message: str) -> Callable[[str], str]:
    form = re.compile(pattern)

    def read(text: str) -> str:
        if form.fullmatch(text) is None:
            raise ValueError(message)
        return text

    return read


INSTANT = ParameterType("time", _instant)
AMOUNT = ParameterType("decimal", _amount)
REFERENCE = ParameterType("reference", _label("reference"))
TICKET = ParameterType("ticket", _label("ticket"))
ACCOUNT_NAME = ParameterType("name", _label("name"))
CURRENCY = ParameterType("code", _matching(r"[A-Z]{3}", "a currency is three capital letters, such as USD"))
COUNTRY = ParameterType("code", _matching(r"[A-Z]{2}", "a country is two capital letters, such as US"))
CARD_NAME = ParameterType(
    "name", _matching(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "a card's name is up to 64 letters, digits, '-', '_' and '.'")
)
REASON = click.Choice(REASONS)
