"""A difference as people and programs see it: JSON, and the line of a dispute sheet (R29, CONTRACT 2)."""

import json
from collections.abc import Mapping
from typing import Any

from shared.kernel.money import Money
from shared.use_cases.reconciliation.workspace import Difference, DifferenceClass


def event_label(source: str, name: str) -> str:
    """The label of a booked event in a workspace."""
    return json.dumps([source, name])


def difference_json(found: Difference, currency: str) -> dict[str, Any]:
    """`{class, record, event, ours, theirs}`: seconds of a duration, else money; null where there is none. *currency*
    is the account's.
    """
    source, name = json.loads(found.event) if found.event else ("", "")
    return {
        "class": found.kind.value,
        "record": found.record or None,
        "event": {"source": source, "id": name} if found.event else None,
        **_values(found.kind, found.ours, found.theirs, currency),
    }


class Amounts:
    """What the differences of each class add up to, on both sides."""

    def __init__(self) -> None:
        self._sums: dict[DifferenceClass, tuple[int | None, int | None]] = {}

    def add(self, found: Difference) -> None:
        """Add one difference."""
        ours, theirs = self._sums.get(found.kind, (None, None))
        self._sums[found.kind] = _plus(ours, found.ours), _plus(theirs, found.theirs)

    def json(self, currency: str) -> dict[str, dict[str, object]]:
        """`{ours, theirs}` by class, as differences have them; null where no difference has a value."""
        return {kind.value: _values(kind, ours, theirs, currency) for kind, (ours, theirs) in self._sums.items()}


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else (one or 0) + other


def sheet_item(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The difference *shown* as an item of the report `reconciliations`, whose values name their unit."""
    ours, theirs = shown["ours"], shown["theirs"]
    unit = "seconds" if shown["class"] == DifferenceClass.DURATION.value else None
    for value in (ours, theirs):
        if isinstance(value, Mapping):
            unit = value["currency"]
    return {**shown, "ours": _plain(ours), "theirs": _plain(theirs), "unit": unit}


def _values(kind: DifferenceClass, ours: int | None, theirs: int | None, currency: str) -> dict[str, object]:
    return {"ours": _value(kind, ours, currency), "theirs": _value(kind, theirs, currency)}


def _value(kind: DifferenceClass, value: int | None, currency: str) -> object:
    if kind is DifferenceClass.DURATION or value is None:
        return value
    return {"amount": Money(value, currency).text, "currency": currency}


def _plain(value: Any) -> Any:  # noqa: ANN401 - seconds, money, or nothing
    return value["amount"] if isinstance(value, Mapping) else value
