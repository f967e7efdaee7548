"""What happens at the payment provider behind the service's back, by the provider's own API."""

from typing import Any

import httpx

from local.machine.machine import Machine


def payment(machine: Machine, about: dict[str, str], card: str | None = "pm_card_visa") -> str:
    """The id of a new payment of 70 dollars that says *about*; charged unless *card* is None."""
    fields = {"amount": "7000", "currency": "usd", **{f"metadata[{name}]": text for name, text in about.items()}}
    made = _stripe(machine, "/v1/payment_intents", {**fields, "allowed_payment_method_types[0]": "card"})
    if card is not None:
        _stripe(machine, f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": card})
    return str(made["id"])


def _stripe(machine: Machine, path: str, fields: dict[str, str]) -> dict[str, Any]:
    key = {"Authorization": f"Bearer {machine.settings['Payments__key']}"}
    answer = httpx.post(machine.payments + path, data=fields, headers=key, trust_env=False)
    return dict(answer.raise_for_status().json())
