"""The states of a payment: created, confirmed any number of times, succeeded once or cancelled."""

import re
from collections.abc import Callable
from secrets import token_hex

from local.stand_ins.stripe import disputes, objects
from local.stand_ins.stripe.amounts import check_amount
from local.stand_ins.stripe.cards import DECLINES
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal

OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
"""States in which a payment may be confirmed or cancelled."""


def create(provider: Provider, call: Call) -> Json:
    """POST /v1/payment_intents: create a payment without charging it."""
    if re.fullmatch("[a-z]{3}", call.fields["currency"]) is None:
        raise Refusal(400, f"Invalid currency: {call.fields['currency']}", param="currency")
    check_amount(call.fields["amount"], call.fields["currency"])
    if "customer" in call.fields:
        provider.find("customers", call.fields["customer"], "customer")
    payment = objects.new("payment_intent", provider.clock.now(), **call.fields)
    payment["client_secret"] = f"{payment['id']}_secret_{token_hex(12)}"
    provider.state.payments[payment["id"]] = payment
    provider.send_event("payment_intent.created", payment, call)
    return payment


def confirm(provider: Provider, call: Call) -> Json:
    """POST /v1/payment_intents/{id}/confirm: charge the card; if it is declined, raise a 402 with the whole payment."""
    payment = _open_payment(provider, call, "confirm")
    card = provider.card(call.fields["payment_method"], "payment_method")
    if card["customer"] not in (None, payment["customer"]) or card["id"] in provider.state.detached:
        message = "The payment method was detached, or is attached to another customer: it cannot be used."
        raise Refusal(400, message, code="resource_missing", param="payment_method")
    if call.fields.get("setup_future_usage", "off_session") not in ("on_session", "off_session"):
        message = "Invalid setup_future_usage: must be one of on_session or off_session"
        raise Refusal(400, message, param="setup_future_usage")
    outcome = provider.outcome(card, "absent" if call.fields.get("off_session") else "present")
    payment.update(payment_method=card["id"], last_payment_error=None, next_action=None)
    payment["setup_future_usage"] = call.fields.get("setup_future_usage", payment["setup_future_usage"])
    return finish(provider, payment, outcome, call)


def cancel(provider: Provider, call: Call) -> Json:
    """POST /v1/payment_intents/{id}/cancel: cancel a payment that has neither succeeded nor is processing."""
    payment = _open_payment(provider, call, "cancel")
    reason = call.fields.get("cancellation_reason")
    at = int(provider.clock.now().timestamp())
    payment.update(status="canceled", canceled_at=at, cancellation_reason=reason, next_action=None)
    provider.send_event("payment_intent.canceled", payment, call)
    return payment


def resolve(provider: Provider, payment: Json, outcome: str) -> None:
    """Finish a payment that is processing or requires action, with the *outcome* chosen on the control page."""
    if payment["status"] not in ("processing", "requires_action"):
        raise Refusal(400, f"This payment is {payment['status']}: nothing to resolve.")
    if outcome == "succeed" and payment["status"] == "requires_action":
        outcome = provider.test_card(provider.card(payment["payment_method"])).outcome
    payment.update(next_action=None, processing=None)
    try:
        finish(provider, payment, outcome, Call())
    except Refusal as refusal:
        if refusal.status != 402:
            raise


def finish(provider: Provider, payment: Json, outcome: str, call: Call) -> Json:
    """Finish an attempt with *outcome*."""
    handlers: dict[str, Callable[[Provider, Json, Call], Json]] = {
        "succeed": _succeed,
        "processing": _process,
        "requires_action": _require_action,
    }
    if outcome in handlers:
        return handlers[outcome](provider, payment, call)
    raise _declined(provider, payment, outcome, call)


def _open_payment(provider: Provider, call: Call, action: str) -> Json:
    payment = provider.find("payments", call.id)
    if payment["status"] not in OPEN:
        raise Refusal(
            400,
            f"You cannot {action} this PaymentIntent because it has a status of {payment['status']}.",
            code="payment_intent_unexpected_state",
            payment_intent=payment,
        )
    return payment


def _charge(provider: Provider, payment: Json) -> Json:
    """The pending charge, or a new one."""
    charge = provider.state.charges.get(payment["latest_charge"])
    if charge is None or charge["status"] != "pending":
        charge = objects.charge(payment, provider.card(payment["payment_method"]), provider.clock.now())
        provider.state.charges[charge["id"]] = charge
        payment["latest_charge"] = charge["id"]
    return charge


def _succeed(provider: Provider, payment: Json, call: Call) -> Json:
    if payment["amount_received"]:
        raise AssertionError("a payment succeeds at most once")
    charge = _charge(provider, payment)
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=payment["amount"])
    charge.update(outcome=objects.verdict("succeed"), receipt_url=f"https://pay.stripe.com/receipts/{charge['id']}")
    payment.update(status="succeeded", amount_received=payment["amount"])
    _set_up(provider, payment, call)
    provider.send_event("charge.succeeded", charge, call)
    provider.send_event("payment_intent.succeeded", payment, call)
    charge["balance_transaction"] = charge["id"].replace("ch_", "txn_")
    provider.send_event("charge.updated", charge, call)
    disputes.follow(provider, charge)
    return payment


def _set_up(provider: Provider, payment: Json, call: Call) -> None:
    """A payment with `setup_future_usage` attaches its card to the customer, and an `off_session` one sets it up.
    Source: docs.stripe.com/payments/save-during-payment.
    """
    card = provider.find("cards", payment["payment_method"])
    if payment["setup_future_usage"] == "off_session":
        provider.state.set_up.append(card["id"])
    if payment["setup_future_usage"] and payment["customer"] and card["customer"] is None:
        card["customer"] = payment["customer"]
        provider.send_event("payment_method.attached", card, call)


def _process(provider: Provider, payment: Json, call: Call) -> Json:
    charge = _charge(provider, payment)
    payment.update(status="processing", processing={"type": "card", "card": {}})
    provider.send_event("charge.pending", charge, call)
    provider.send_event("payment_intent.processing", payment, call)
    return payment


def _require_action(provider: Provider, payment: Json, call: Call) -> Json:
    back = call.fields.get("return_url")
    bank = {"return_url": back, "url": f"{call.base}/_control?payment={payment['id']}"}
    sdk = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    action = {"type": "redirect_to_url", "redirect_to_url": bank} if back else sdk
    payment.update(status="requires_action", next_action=action)
    provider.send_event("payment_intent.requires_action", payment, call)
    return payment


def _declined(provider: Provider, payment: Json, outcome: str, call: Call) -> Refusal:
    code, decline_code, advice = DECLINES[outcome]
    message = f"Your card was declined: {outcome.replace('_', ' ')}."
    charge = _charge(provider, payment)
    charge.update(status="failed", failure_code=code, failure_message=message, outcome=objects.verdict(outcome))
    refusal = Refusal(
        402,
        message,
        "card_error",
        code=code,
        decline_code=decline_code,
        advice_code=advice,
        charge=charge["id"],
        payment_method=provider.state.cards[payment["payment_method"]],
    )
    payment.update(status="requires_payment_method", payment_method=None, last_payment_error={**refusal.body["error"]})
    provider.send_event("charge.failed", charge, call)
    provider.send_event("payment_intent.payment_failed", payment, call)
    refusal.body["error"]["payment_intent"] = payment
    return refusal
