"""Stripe's objects in their JSON form. `objects.json` contains each new object with every key that is always there."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeAlias

from local.stand_ins.stripe.cards import DECLINES, TestCard

Json: TypeAlias = dict[str, Any]

CARD_YEARS = 4
"""Years until a new test card expires."""

_NEW = Path(__file__).with_name("objects.json").read_text()


def new(kind: str, at: datetime, **given: Any) -> Json:
    """Return a new object of *kind*, created at the time *at*, with the properties *given*."""
    made: Json = json.loads(_NEW)[kind]
    return {**made, "id": made["id"] + token_hex(12), "created": int(at.timestamp()), **given}


def payment_method(test: TestCard, at: datetime) -> Json:
    """A new card, not yet attached; the same number always has the same fingerprint."""
    method = new("payment_method", at)
    method["card"] |= {
        "brand": test.brand,
        "display_brand": test.brand,
        "last4": test.last4,
        "exp_month": at.month,
        "exp_year": at.year + CARD_YEARS,
        "fingerprint": sha256(f"{test.brand} {test.last4}".encode()).hexdigest()[:16],
    }
    return method


def charge(payment: Json, card: Json, at: datetime) -> Json:
    """A pending charge of *payment* to *card*."""
    copied = {name: payment[name] for name in ("amount", "currency", "customer", "description", "metadata")}
    made = new("charge", at, payment_intent=payment["id"], payment_method=card["id"], **copied)
    shown = ("brand", "checks", "country", "exp_month", "exp_year", "funding", "last4")
    made["payment_method_details"]["card"] |= {name: card["card"][name] for name in shown}
    made["payment_method_details"]["card"]["amount_authorized"] = payment["amount"]
    return made


def verdict(outcome: str) -> Json:
    """The property `outcome` of a charge."""
    _, decline_code, advice = DECLINES.get(outcome, (None, None, None))
    kind, status = {
        "succeed": ("authorized", "approved_by_network"),
        "fraudulent": ("blocked", "not_sent_to_network"),
    }.get(outcome, ("issuer_declined", "declined_by_network"))
    return {
        "type": kind,
        "network_status": status,
        "reason": decline_code,
        "advice_code": advice,
        "network_advice_code": None,
        "network_decline_code": None,
        "risk_level": "highest" if kind == "blocked" else "normal",
        "seller_message": "Payment complete." if kind == "authorized" else "The payment was declined.",
    }
