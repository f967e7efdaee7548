"""The content of a request as values, not as text. It is stored with its Idempotency-Key, permanently.

The text of a model changes with every field that a release adds, and each stored key would be a conflict. Here only
what was given counts, under its name: a field that is absent leaves no trace, so one that comes later changes nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from shared.kernel.money import Money
from shared.kernel.times import instant_text

VERSION = "v1:"
"""Changes when the same values are ever written in another way; the older form is then compared as well."""


def fingerprint(values: Mapping[str, object]) -> str:
    """The content of a request that gives *values*, in which None is absent. Equal amounts are equal however they were
    written, and so are equal instants.
    """
    return VERSION + json.dumps(_given(values), sort_keys=True, separators=(",", ":"))


def _given(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: object) -> object:
    match value:
        case Money(micros, currency):
            return f"{micros} {currency}"
        case datetime():
            return instant_text(value)
        case Mapping():
            return _given(value)
        case list():
            return [_plain(each) for each in value]
        case str() | bool() | int():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a fingerprint")
