"""The rows of `tests/worked_calls.csv`, and the rate card and subscriptions that they use."""

import csv
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORKED_CALLS = HERE.parent / "worked_calls.csv"
RATE_CARD = HERE / "rate_card.csv"
SUBSCRIPTIONS = HERE / "subscriptions.csv"

BOOKED = {"debit", "accrual", "correction"}
"""Results of a call that is booked. Other results are reasons of suspense."""

STARTED_AT = "2026-03-01T12:30:00Z"

_TERM = re.compile(r"([0-9.]+)(?: \* ([0-9]+) / 60)?")


@dataclass(frozen=True, slots=True)
class WorkedCall:
    """One row. *before*, *after*: steps, separated by semicolons. *paid*: from where, such as `A 0.50, overdraft 0.40`.
    *sum*: the price as a calculation.
    """

    case: str
    before: str
    call: str
    after: str
    result: str
    kind: str
    free: str
    billed: str
    sum: str
    cost: str
    paid: str
    pool: str
    flags: str

    @property
    def is_booked(self) -> bool:
        """Whether the call is booked, and not put into suspense."""
        return self.result in BOOKED

    @property
    def parts(self) -> dict[str, Decimal]:
        """What each lot, overdraft or accrued usage paid."""
        pairs = (part.split(" ") for part in self.paid.split(", ") if part)
        return {place: Decimal(amount) for place, amount in pairs}


def worked_calls() -> list[WorkedCall]:
    """Every row."""
    with WORKED_CALLS.open(newline="") as file:
        return [WorkedCall(**row) for row in csv.DictReader(file)]


def value_of(calculation: str) -> Decimal:
    """The value of a sum such as `0.10 + 0.06 * 90 / 60`, rounded half up to the micro-unit. What follows a minus is
    the price of an earlier booking, rounded by itself.
    """
    new, *before = calculation.split(" - ", 1)
    return _rounded(new) - (_rounded(before[0].replace(" - ", " + ")) if before else 0)


def _rounded(calculation: str) -> Decimal:
    total = Fraction()
    for text in calculation.split(" + "):
        term = _TERM.fullmatch(text)
        assert term is not None, calculation
        amount, seconds = term.groups()
        total += Fraction(amount) * (Fraction(seconds) / 60 if seconds else 1)
    micros = Decimal(total.numerator * 1_000_000) / Decimal(total.denominator)
    return micros.quantize(Decimal(1), ROUND_HALF_UP) / 1_000_000


def call_data(text: str) -> dict[str, Any]:
    """The called number, seconds and fields of a call such as `+12125550100 90 user=bob`; `user=-`: without a user."""
    called, seconds, *fields = text.split(" ")
    data = {"called": called, "durationSeconds": int(seconds), "startedAt": STARTED_AT, **fields_of(fields)}
    return {"direction": "out", "service": "user", "user": "ann", **data}


def fields_of(words: list[str]) -> dict[str, Any]:
    """Words such as `user=bob`; `-` stands for null, a comma separates the items of a list."""
    pairs = (word.split("=", 1) for word in words)
    return {name: _field(name, value) for name, value in pairs}


def _field(name: str, value: str) -> Any:
    if name == "scope":
        return value.split(",")
    if name == "priority":
        return int(value)
    return None if value == "-" else value


def subscriptions() -> dict[str, dict[str, Any]]:
    """The subscriptions that rows name, as in the contract's JSON."""
    return {row["id"]: _subscription(row) for row in _subscription_rows()}


def _subscription_rows() -> list[dict[str, str]]:
    with SUBSCRIPTIONS.open(newline="") as file:
        return list(csv.DictReader(file))


def _subscription(row: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {name: row[name] for name in ("id", "plan", "usageLocation", "agreement", "from")}
    item |= {"channel": "direct", "licences": int(row["licences"]), "includes": row["includes"].split()}
    if row["payAsYouGo"]:
        item["payAsYouGo"] = row["payAsYouGo"] == "on"
    return {**item, "until": row["until"]} if row["until"] else item
