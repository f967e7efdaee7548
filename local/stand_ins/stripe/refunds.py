"""Refunds of a payment: never more than was paid, and not of a disputed payment.

Source: docs.stripe.com/refunds; docs.stripe.com/testing, "Refunds": the test card 7726 makes refunds that are pending
and succeed later, the card 5126 refunds that succeed and fail later.
"""

from datetime import datetime, timedelta

from local.stand_ins.stripe import objects
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal

SETTLED_AFTER = timedelta(minutes=10)
"""When the state of a refund of those test cards changes, by the local clock. Stripe only says "some time later"."""


def create(provider: Provider, call: Call) -> Json:
    """POST /v1/refunds: refund a part of a payment, or what is left of it."""
    charge = _refundable(provider, call)
    left = charge["amount"] - charge["amount_refunded"]
    amount = call.fields.get("amount", left)
    if left == 0:
        raise Refusal(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise Refusal(400, f"Refund amount ({amount}) is greater than unrefunded amount ({left}).", param="amount")
    kind = provider.test_card(provider.find("cards", charge["payment_method"])).afterwards
    now = provider.clock.now()
    refund = objects.new(
        "refund",
        now,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        status="pending" if kind == "pending" else "succeeded",
        metadata=call.fields.get("metadata", {}),
        reason=call.fields.get("reason"),
    )
    provider.state.refunds[refund["id"]] = refund
    if kind in ("pending", "failing"):
        provider.state.unsettled[refund["id"]] = (now + SETTLED_AFTER).isoformat()
    _count(charge, amount)
    provider.send_event("refund.created", refund, call)
    provider.send_event("charge.refunded", charge, call)
    return refund


def settle_due(provider: Provider) -> None:
    """Change the refunds whose time has come."""
    now = provider.clock.now()
    for name, at in list(provider.state.unsettled.items()):
        if datetime.fromisoformat(at) <= now:
            settle(provider, provider.state.refunds[name])


def settle(provider: Provider, refund: Json) -> None:
    """A pending refund succeeds; one that succeeded fails, and its money is back with the merchant."""
    if provider.state.unsettled.pop(refund["id"], None) is None:
        raise Refusal(400, "The state of this refund is final.")
    kinds = ["refund.updated", "charge.refund.updated"]
    if refund["status"] == "pending":
        refund["status"] = "succeeded"
    else:
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        _count(provider.state.charges[refund["charge"]], -refund["amount"])
        kinds.append("refund.failed")
    for kind in kinds:
        provider.send_event(kind, refund, Call())


def _refundable(provider: Provider, call: Call) -> Json:
    """The charge that is refunded. Source of the refusals: docs.stripe.com/error-codes."""
    if "payment_intent" not in call.fields:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise Refusal(400, message, code="parameter_missing", param="payment_intent")
    payment = provider.find("payments", call.fields["payment_intent"], "payment_intent")
    if payment["status"] != "succeeded":
        raise Refusal(400, f"This PaymentIntent ({payment['id']}) does not have a successful charge to refund.")
    charge: Json = provider.state.charges[payment["latest_charge"]]
    disputes = [each for each in provider.state.disputes.values() if each["charge"] == charge["id"]]
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refusal(400, message, code="charge_disputed")
    return charge


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
