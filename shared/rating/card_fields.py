"""The fields of one line of a rate card: read as a rate, or the problem of each wrong field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shared.kernel.money import MICROS, micros_of
from shared.kernel.printable import is_printable
from shared.rating.rate_card import Direction, Rate

T = TypeVar("T")

TEXT_MAX = 200
"""The most characters of a label. The longest published destination name has 37."""

SECONDS_MAX = 86_400
"""A day: no minimum and no increment is longer than the longest call that is booked."""

PRICE_END = 1_000_000 * MICROS
"""A price is below a million units a minute. A call of a day is then still of the order of magnitude of an account's
largest amount, and prices in rials and dongs fit too.
"""

_NEGATIVE = re.compile(r"-[0-9.]+")
_PREFIX = re.compile(r"[1-9][0-9]{0,14}")
_SECONDS = re.compile(r"[0-9]{1,5}")
_COUNTRY = re.compile(r"[A-Z]{2}|")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line. *column* is its name in the full form; empty when the whole line or file is wrong."""

    line: int
    column: str
    detail: str


@dataclass(frozen=True, slots=True)
class Line:
    """The rate in one line, and its direction."""

    direction: Direction
    rate: Rate


class _FieldError(Exception):
    """A field is not valid for its column; the message is the problem's detail."""


def rate_of(line: int, fields: Mapping[str, str]) -> list[Line] | list[Problem]:
    """The rate in *fields*, which have the names of the full form; or one problem for each wrong field. A list has one
    rate, or only problems.
    """
    problems: list[Problem] = []

    def read(column: str, reader: Callable[[str], T], placeholder: T) -> T:
        try:
            return reader(fields[column])
        except _FieldError as error:
            problems.append(Problem(line, column, str(error)))
            return placeholder

    rate = Rate(
        prefix=read("prefix", _prefix, ""),
        name=read("name", _name, ""),
        type=read("type", _text, ""),
        country=read("country", _country, ""),
        per_minute=read("perMinute", _price, 0),
        connection_fee=read("connectionFee", _price, 0),
        minimum_seconds=read("minimumSeconds", _seconds, 0),
        increment_seconds=read("incrementSeconds", _increment, 1),
    )
    direction = read("direction", _direction, Direction.OUT)
    return problems or [Line(direction, rate)]


def _direction(text: str) -> Direction:
    if text not in ("", *Direction):
        message = "a direction is “out” or “in”; empty means out"
        raise _FieldError(message)
    return Direction(text or Direction.OUT)


def _prefix(text: str) -> str:
    if _PREFIX.fullmatch(text) is None:
        message = "a prefix is 1 to 15 digits, country code first, without plus or zeros in front"
        raise _FieldError(message)
    return text


def _name(text: str) -> str:
    if not text:
        message = "a destination has a name"
        raise _FieldError(message)
    return _text(text)


def _text(text: str) -> str:
    if len(text) > TEXT_MAX or not is_printable(text):
        message = f"a text has at most {TEXT_MAX} characters, all printable"
        raise _FieldError(message)
    return text


def _country(text: str) -> str:
    if _COUNTRY.fullmatch(text.upper()) is None:
        message = "a country is two letters (ISO 3166-1), or nothing for satellites and the like"
        raise _FieldError(message)
    return text.upper()


def _price(text: str) -> int:
    """The price in micro-units."""
    try:
        price = micros_of(text)
    except ValueError as error:
        negative = _NEGATIVE.fullmatch(text) is not None
        message = "a price is not negative" if negative else "a price is a decimal with up to six places"
        raise _FieldError(message) from error
    if price >= PRICE_END:
        raise _FieldError(f"a price is below {PRICE_END // MICROS}")
    return price


def _seconds(text: str) -> int:
    if _SECONDS.fullmatch(text) is None or int(text) > SECONDS_MAX:
        message = f"whole seconds, from 0 to {SECONDS_MAX}"
        raise _FieldError(message)
    return int(text)


def _increment(text: str) -> int:
    seconds = _seconds(text)
    if seconds == 0:
        message = "an increment is at least 1 second: nothing can be rounded up to 0"
        raise _FieldError(message)
    return seconds
