"""Conversion of refunds and claims to rows and facts of pages, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from shared.kernel.ids import LotId
from shared.ledger.book import Lot
from shared.ledger.claim import Claim, Disputed
from shared.ledger.pause import Pause
from shared.ledger.refund import Refund
from shared.ports import Value

REFUND = TypeAdapter(Refund)
CLAIMS = TypeAdapter(tuple[Claim, ...])
PAUSE = TypeAdapter(Pause)


def refund_values(refund: Refund) -> dict[str, Value]:
    """An open or closed refund's row."""
    return {"state": refund.state.value, "refund": REFUND.dump_json(refund).decode()}


def refund_of(values: Mapping[str, Value]) -> Refund:
    """The refund in a row."""
    return REFUND.validate_json(str(values["refund"]))


def lot_parts(lot: Lot) -> dict[str, Value]:
    """What a lot's row has only after a refund, a dispute or a reversed grant. Rows of earlier versions never have it,
    and what is zero or empty is left out, so that their lots are written as they wrote them.
    """
    parts: dict[str, Value] = {
        "refunding": lot.refunding,
        "refunded": lot.refunded,
        "clawedBack": lot.clawed_back,
        "takenBack": lot.taken_back,
        "endsRefunded": lot.ends_refunded,
        "isWarned": lot.is_warned,
        "claims": CLAIMS.dump_json(lot.claims).decode() if lot.claims else "",
    }
    return {name: value for name, value in parts.items() if value}


def parts_of(values: Mapping[str, Value]) -> dict[str, Any]:
    """The same as fields of a lot."""
    return {
        "refunding": int(values.get("refunding", 0)),
        "refunded": int(values.get("refunded", 0)),
        "clawed_back": int(values.get("clawedBack", 0)),
        "taken_back": int(values.get("takenBack", 0)),
        "ends_refunded": bool(values.get("endsRefunded", False)),
        "is_warned": bool(values.get("isWarned", False)),
        "claims": CLAIMS.validate_json(str(values["claims"])) if "claims" in values else (),
    }


def disputed_facts(place: int, disputed: Disputed) -> list[object]:
    """Claims as a fact of a page, after the number of movements that came *place* before."""
    claims = CLAIMS.dump_python(disputed.claims, mode="json")
    return [place, disputed.lot, claims, disputed.is_warned]


def disputed_of(facts: Sequence[Any]) -> Disputed:
    """The claims in a page."""
    _, lot, claims, is_warned = facts
    return Disputed(LotId(lot), CLAIMS.validate_python(claims), is_warned)


def pause_facts(pause: Pause) -> dict[str, object]:
    """A pause as plain JSON. *causes* was added later and is left out when there are none, so that an old page still
    equals what is computed from its entries.
    """
    facts: dict[str, object] = PAUSE.dump_python(pause, mode="json")
    return {name: value for name, value in facts.items() if name != "causes" or value}
