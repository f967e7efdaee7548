"""Changes made directly through the payment provider's API, without the service."""

from typing import Any

import httpx

from local.machine.machine import Machine


def payment(machine: Machine, about: dict[str, str], card: str | None = "pm_card_visa") -> str:
    """Create a payment of 70 dollars with the metadata *about*, charge it unless *card* is None, and return its id."""
    fields = {"amount": "7000", "currency": "usd", **{f"metadata[{name}]": text for name, text in about.items()}}
    made = _stripe(machine, "/v1/payment_intents", {**fields, "allowed_payment_method_types[0]": "card"})
    if card is not None:
        _stripe(machine, f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": card})
    return str(made["id"])


def _stripe(machine: Machine, path: str, fields: dict[str, str]) -> dict[str, Any]:
    key = {"Authorization": f"Bearer {machine.settings['Payments__key']}"}
    answer = httpx.post(machine.payments + path, data=fields, headers=key, trust_env=False)
    return dict(answer.raise_for_status().json())
