"""The monthly statement (R20): what every movement of a month did to each lot, in columns that add up.

A month is what the pages booked in it say, so a closed month never changes: what comes later stands in a later month.

    opening + purchased + recharged + granted - used - expired - refunded - clawedBack + corrected = closing

holds for each lot and in all. In all, closing is the sum of the lots less the overdraft; accrued usage stands apart,
and what a lot pays of the overdraft is used there and changes nothing in all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.kernel.ids import LotId
from shared.ledger.change import OVERDRAFT, Movement, MovementKind, lot_at

IN = ("purchased", "recharged", "granted")
OUT = ("used", "expired", "refunded", "clawedBack")
CORRECTED = "corrected"
COLUMNS = (*IN, *OUT, CORRECTED)
"""All columns are positive except the last, which is signed."""

ALL = LotId("")
"""Stands for the account as a whole beside its lots."""

_COLUMN = {
    MovementKind.PURCHASE: "purchased",
    MovementKind.RECHARGE: "recharged",
    MovementKind.GRANT: "granted",
    MovementKind.DEBIT: "used",
    MovementKind.EXPIRY: "expired",
    MovementKind.REFUND: "refunded",
    MovementKind.CHARGEBACK: "clawedBack",
    MovementKind.CORRECTION: CORRECTED,
    MovementKind.ACCRUAL: CORRECTED,  # overdraft that is billed after use from now on (R17)
}


class StatementBrokenError(Exception):
    """The columns of a statement do not lead from its opening to its closing: a bug, or figures that are incomplete."""


def columns_of(movement: Movement) -> dict[LotId, dict[str, int]]:
    """What *movement* adds to each column of each lot that it touches, and of the account (`ALL`), in micro-units."""
    found: dict[LotId, dict[str, int]] = {}
    for entry in movement.entries:
        column, source, target = _COLUMN[movement.kind], _lot_of(entry.source), _lot_of(entry.target)
        if source:
            _add(found, source, "used" if target == ALL else column, -entry.amount)
        if target:
            _add(found, target, column, entry.amount)
        if source is None or target is None:
            effect = entry.amount * ((target is not None) - (source is not None))
            _add(found, ALL, column, effect)
    return found


def _lot_of(place: str) -> LotId | None:
    """The lot at *place*, `ALL` for the overdraft, None outside the account's credit."""
    return ALL if place == OVERDRAFT else lot_at(place)


def _add(found: dict[LotId, dict[str, int]], lot: LotId, column: str, effect: int) -> None:
    if effect == 0:
        return
    columns = found.setdefault(lot, {})
    columns[column] = columns.get(column, 0) + (-effect if column in OUT else effect)


def summed(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of each column."""
    total = dict.fromkeys(COLUMNS, 0)
    for part in parts:
        for column, amount in part.items():
            total[column] += amount
    return total


@dataclass(frozen=True, slots=True)
class Balances:
    """What every open lot held, and the overdraft, after a page; nothing before the first one."""

    lots: Mapping[LotId, int] = field(default_factory=dict)
    overdraft: int = 0

    @property
    def total(self) -> int:
        """The sum of the lots less the overdraft."""
        return sum(self.lots.values()) - self.overdraft


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: a lot's, or that of the whole account."""

    opening: int
    columns: Mapping[str, int]
    closing: int

    @property
    def received(self) -> int:
        """What was purchased, recharged and granted."""
        return sum(self.columns[column] for column in IN)


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a month: the whole, and each lot that had credit or moved, by id."""

    total: Line
    lots: Mapping[LotId, Line]
    overdraft: int


def statement(opening: Balances, closing: Balances, columns: Mapping[LotId, Mapping[str, int]]) -> Statement:
    """The statement between two balances, from the sums of *columns* between them. Raises `StatementBrokenError` when a
    line does not add up.
    """
    names = sorted({*opening.lots, *closing.lots, *columns} - {ALL})
    lots = {name: _line(opening.lots.get(name, 0), columns.get(name, {}), closing.lots.get(name, 0)) for name in names}
    total = _line(opening.total, columns.get(ALL, {}), closing.total)
    return Statement(total, lots, closing.overdraft)


def _line(opening: int, columns: Mapping[str, int], closing: int) -> Line:
    whole = summed([columns])
    received = sum(whole[column] for column in IN)
    if opening + received - sum(whole[column] for column in OUT) + whole[CORRECTED] != closing:
        raise StatementBrokenError(f"{opening} and {dict(whole)} do not make {closing}")
    return Line(opening, whole, closing)
