"""Movements, lots and purchases as rows of CSV: the same columns in every export."""

import csv
import re
from collections.abc import Mapping
from typing import Any, TextIO

COLUMNS = {
    "movements": (
        *("id", "at", "kind", "amount.amount", "amount.currency", "overdraft.amount", "event.source", "event.id"),
        *("startedAt", "user", "explanation.card", "explanation.prefix", "explanation.perMinute.amount"),
        *("explanation.connectionFee.amount", "explanation.billedSeconds", "explanation.freeSeconds"),
    ),
    "lots": (
        *("id", "source", "kind", "priority", "original.amount", "remaining.amount", "pinned.amount"),
        *("original.currency", "purchasedAt", "expiresAt", "state", "reference"),
    ),
    "purchases": ("id", "state", "amount.amount", "amount.currency", "reason", "lot", "createdAt"),
}
"""The fields of the JSON that have a single value. A dot separates an object from its field."""

_FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.]+$)")
"""The beginning of a text that a spreadsheet would run as a formula. Callers choose ids and references."""


class Sheet:
    """Writes a header line, and then a row for each item."""

    def __init__(self, what: str, out: TextIO) -> None:
        self._columns = COLUMNS[what]
        self._rows = csv.writer(out)
        self._rows.writerow([name.removesuffix(".amount") for name in self._columns])

    def write(self, item: Mapping[str, Any]) -> None:
        """Write one row."""
        self._rows.writerow([_cell(_value(item, name)) for name in self._columns])


def _value(item: Mapping[str, Any], name: str) -> object:
    """The value of a dotted name; empty where there is none."""
    value: Any = item
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else value


def _cell(value: object) -> object:
    """The value, with an apostrophe before a text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
