"""Frozen records from plain data (JSON, TOML) and back, by the types of their fields.

A record is a dataclass of texts, whole numbers, booleans, enumerations, instants, money, tuples, mappings and further
records. Reading ignores fields that a record does not have: a later version may have added them.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from shared.kernel.money import Money
from shared.kernel.times import instant_text, parse_instant

T = TypeVar("T")

_AFTER_UNDERSCORE = re.compile(r"_([a-z])")


def camel_case(name: str) -> str:
    """`next_attempt` as JSON names it: `nextAttempt`."""
    return _AFTER_UNDERSCORE.sub(lambda match: match[1].upper(), name)


def plain(value: Any) -> Any:  # noqa: ANN401 - any field of a record
    """*value* as plain JSON; names of fields in camel case. Money is an amount with six places and its currency."""
    if isinstance(value, Money):
        return {"amount": value.text, "currency": value.currency}
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {camel_case(each.name): plain(getattr(value, each.name)) for each in fields(value)}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def record_from(kind: type[T], data: Mapping[str, Any], *, camel: bool = True) -> T:
    """The record of type *kind* in *data*, whose names are in camel case unless *camel* is False.

    ValueError names the first field that is missing or has another type.
    """
    values = {}
    record: Any = kind
    for name, hint, is_required in _fields(record):
        key = camel_case(name) if camel else name
        if key in data:
            try:
                values[name] = _read(hint, data[key], camel=camel)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValueError(f"{key}: {error}") from error
        elif is_required:
            raise ValueError(f"{key} is missing")
    return kind(**values)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:  # noqa: ANN401 - a dataclass
    hints = get_type_hints(kind)
    return tuple(
        (each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    )


def _read(hint: Any, value: Any, *, camel: bool) -> Any:  # noqa: ANN401, PLR0911 - one for each type
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        if value is None and NoneType in arguments:
            return None
        return _read(next(each for each in arguments if each is not NoneType), value, camel=camel)
    if origin is tuple:
        return tuple(_read(arguments[0], each, camel=camel) for each in _of(list, value))
    if origin is not None:  # a mapping
        return {
            _read(arguments[0], key, camel=camel): _read(arguments[1], each, camel=camel) for key, each in value.items()
        }
    if hint is Money:
        return Money.from_text(_of(str, value["amount"]), _of(str, value["currency"]))
    if hint is datetime:
        return parse_instant(value)
    if issubclass(hint, Enum):
        return hint(value)
    record: Any = hint
    return record_from(record, value, camel=camel) if is_dataclass(hint) else _of(hint, value)


def _of(kind: type, value: Any) -> Any:  # noqa: ANN401 - a field's value
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
