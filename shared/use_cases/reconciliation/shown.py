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
    """`{class, record, event, ours, theirs}`: seconds of a duration, money of a price; null where there is none.
    *currency* is the account's.
    """
    source, name = json.loads(found.event) if found.event else ("", "")
    return {
        "class": found.kind.value,
        "record": found.record or None,
        "event": {"source": source, "id": name} if found.event else None,
        "ours": _value(found.kind, found.ours, currency),
        "theirs": _value(found.kind, found.theirs, currency),
    }


def sheet_item(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The difference *shown* as an item of the report `reconciliations`, whose values name their unit."""
    ours, theirs = shown["ours"], shown["theirs"]
    unit = {DifferenceClass.DURATION.value: "seconds"}.get(shown["class"])
    if isinstance(ours, Mapping):
        unit = ours["currency"]
    return {**shown, "ours": _plain(ours), "theirs": _plain(theirs), "unit": unit}


def _value(kind: DifferenceClass, value: int | None, currency: str) -> object:
    if kind is not DifferenceClass.PRICE or value is None:
        return value
    return {"amount": Money(value, currency).text, "currency": currency}


def _plain(value: Any) -> Any:  # noqa: ANN401 - seconds, money, or nothing
    return value["amount"] if isinstance(value, Mapping) else value
