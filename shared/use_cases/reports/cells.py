"""Reports as rows of cells: which columns each has, and what kind of value a column holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from shared.kernel.times import parse_instant

Cell: TypeAlias = str | int | datetime | None
"""A text, a whole number, an instant, or nothing. Amounts are texts of the kind `NUMBER`: a float would round them."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"  # may come from outside
    NUMBER = "number"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and the names that lead to its value in the JSON of an item."""

    title: str
    path: tuple[str, ...]
    kind: Kind = Kind.TEXT

    def of(self, item: Mapping[str, Any]) -> Cell:
        """The value in *item*; None where there is none."""
        value: Any = item
        for name in self.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is None:
            return None
        if isinstance(value, list):
            return " ".join(map(str, value))
        if isinstance(value, bool):
            return "true" if value else "false"
        return parse_instant(value) if self.kind is Kind.TIME else value if isinstance(value, int) else str(value)


def _text(*names: str) -> list[Column]:
    return [Column(name, tuple(name.split("."))) for name in names]


def _number(*names: str) -> list[Column]:
    return [Column(name, tuple(name.split(".")), Kind.NUMBER) for name in names]


def _time(*names: str) -> list[Column]:
    return [Column(name, (name,), Kind.TIME) for name in names]


def _money(*names: str) -> list[Column]:
    return [Column(name, (*name.split("."), "amount"), Kind.NUMBER) for name in names]


def _currency(name: str) -> list[Column]:
    return [Column("currency", (name, "currency"))]


_STATEMENT = ("purchased", "recharged", "granted", "in", "used", "expired", "refunded", "clawedBack", "corrected")

COLUMNS: Mapping[str, Sequence[Column]] = {
    "usage": [
        *_text("key"),
        *_number("calls", "seconds", "billedSeconds", "freeSeconds"),
        *_money("amount"),
        *_currency("amount"),
    ],
    "calls": [
        *_time("startedAt"),
        *_text("direction", "service", "callKind", "user", "calling", "called"),
        *_number("seconds", "billedSeconds", "freeSeconds"),
        *_money("amount"),
        *_currency("amount"),
        *_text("capability", "explanation.destination", "explanation.prefix", "explanation.card"),
        *_money("explanation.perMinute", "explanation.connectionFee"),
        *_text("explanation.pool", "explanation.flags", "isReversed", "event.source", "event.id"),
    ],
    "movements": [
        *_text("id"),
        *_time("at"),
        *_text("kind"),
        *_money("amount", "overdraft", "accrued"),
        *_currency("amount"),
        *_time("startedAt"),
        *_text("user", "event.source", "event.id", "explanation.callKind", "explanation.destination"),
        *_text("explanation.card", "explanation.prefix"),
        *_money("explanation.perMinute", "explanation.connectionFee"),
        *_number("explanation.seconds", "explanation.billedSeconds", "explanation.freeSeconds"),
        *_text("explanation.pool", "explanation.flags", "explanation.reverses", "explanation.reason"),
    ],
    "lots": [
        *_text("id", "source", "kind"),
        *_number("priority"),
        *_text("scope"),
        *_money("original", "remaining", "pinned"),
        *_currency("original"),
        *_time("purchasedAt", "expiresAt"),
        *_text("state", "reference"),
    ],
    "reconciliations": [
        *_text("class", "record", "event.source", "event.id"),
        *_number("ours", "theirs"),
        *_text("unit"),
    ],
    "statements": [
        *_text("month", "lot"),
        *_money("opening", *_STATEMENT, "closing", "overdraft"),
        *_currency("opening"),
    ],
}
"""The columns of each report. Titles are the names of the JSON; a dot separates an object from its field."""
