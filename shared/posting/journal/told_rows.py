"""What administrators were told, in the head and in pages. It is left out while it says nothing, and so is each of its
fields, so that an old page still equals what is computed from its entries.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from shared.ledger.told import NOT_TOLD, Told
from shared.ports import Value

_TOLD = TypeAdapter(Told)
_NAME = "told"


def told_values(told: Told) -> dict[str, Value]:
    """The property of the head."""
    return {_NAME: json.dumps(_facts(told), separators=(",", ":"))} if told != NOT_TOLD else {}


def told_of(values: Mapping[str, Value]) -> Told:
    """What the head says."""
    return _TOLD.validate_json(str(values[_NAME])) if _NAME in values else NOT_TOLD


def told_facts(told: Told) -> dict[str, object]:
    """The fact of a page."""
    return {_NAME: _facts(told)} if told != NOT_TOLD else {}


def told_in(after: Mapping[str, Any]) -> Told:
    """What a page says of the head after it."""
    return _TOLD.validate_python(after[_NAME]) if _NAME in after else NOT_TOLD


def _facts(told: Told) -> dict[str, object]:
    facts: dict[str, object] = _TOLD.dump_python(told, mode="json", exclude_defaults=True)
    return facts
