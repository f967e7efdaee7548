"""What recharges took, in the head and in pages. The first two fields have the form of version 0.1.0; the further ones
are left out as long as they are empty, so that an old page still equals what is computed from its entries.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Recharged
from shared.ports import Value

FURTHER = "recharges"
"""The property, and the fact of a page, with the further fields."""


def recharged_values(recharged: Recharged) -> dict[str, Value]:
    """The properties of the head."""
    further = _further(recharged)
    return {
        "rechargedMonth": recharged.month,
        "rechargedAmount": recharged.amount,
        **({FURTHER: json.dumps(further, separators=(",", ":"))} if further else {}),
    }


def recharged_of(values: Mapping[str, Value]) -> Recharged:
    """What the head says."""
    further = json.loads(str(values[FURTHER])) if FURTHER in values else {}
    return _recharged(str(values["rechargedMonth"]), int(values["rechargedAmount"]), further)


def recharged_facts(recharged: Recharged) -> dict[str, object]:
    """The facts of a page."""
    further = _further(recharged)
    return {"recharged": [recharged.month, recharged.amount], **({FURTHER: further} if further else {})}


def recharged_in(after: Mapping[str, Any]) -> Recharged:
    """What a page says of the head after it."""
    month, amount = after["recharged"]
    return _recharged(month, amount, after.get(FURTHER, {}))


def _further(recharged: Recharged) -> dict[str, object]:
    recent = [instant_text(at) for at in recharged.recent]
    return {
        **({"notified": recharged.notified} if recharged.notified else {}),
        **({"recent": recent} if recent else {}),
    }


def _recharged(month: str, amount: int, further: Mapping[str, Any]) -> Recharged:
    recent: tuple[datetime, ...] = tuple(parse_instant(at) for at in further.get("recent", ()))
    return Recharged(month, amount, further.get("notified", 0), recent)
