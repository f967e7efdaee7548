"""What follows a charge of some test cards: chargebacks, inquiries and early fraud warnings.

Source: docs.stripe.com/testing, "Disputes" and "Evidence"; docs.stripe.com/disputes/how-disputes-work;
docs.stripe.com/disputes/measuring#early-fraud-warnings.
"""

from local.stand_ins.stripe import objects
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal

FEE = 1500
"""Stripe's fee for a chargeback, in minor units, apart from the disputed amount (stripe.com/pricing)."""

EVIDENCE = {"winning_evidence": "won", "losing_evidence": "lost"}
"""The texts that close a test dispute (docs.stripe.com/testing, "Evidence")."""


def follow(provider: Provider, charge: Json) -> None:
    """Create what follows a successful *charge* of a test card, if anything does."""
    kind = provider.test_card(provider.find("cards", charge["payment_method"])).afterwards
    if kind in ("fraudulent", "product_not_received", "inquiry"):
        open_dispute(provider, charge, kind, charge["amount"])
    elif kind == "warning":
        warning = objects.new(
            "early_fraud_warning", provider.clock.now(), charge=charge["id"], payment_intent=charge["payment_intent"]
        )
        provider.state.warnings[warning["id"]] = warning
        provider.send_event("radar.early_fraud_warning.created", warning, Call())


def open_dispute(provider: Provider, charge: Json, kind: str, amount: int) -> Json:
    """Open a dispute of *amount*. A chargeback withdraws it at once; an inquiry withdraws nothing."""
    is_inquiry = kind == "inquiry"
    card = {
        "brand": charge["payment_method_details"]["card"]["brand"],
        "case_type": "inquiry" if is_inquiry else "chargeback",
        "network": "visa",
        "network_reason_code": None,
    }
    dispute = objects.new(
        "dispute",
        provider.clock.now(),
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        payment_method_details={"type": "card", "card": card},
        reason="product_not_received" if kind == "product_not_received" else "fraudulent",
        status="warning_needs_response" if is_inquiry else "needs_response",
        is_charge_refundable=is_inquiry,
    )
    provider.state.disputes[dispute["id"]] = dispute
    charge["disputed"] = True
    provider.send_event("charge.dispute.created", dispute, Call())
    if not is_inquiry:
        _move_money(provider, dispute, -amount, FEE)
        provider.send_event("charge.dispute.funds_withdrawn", dispute, Call())
    return dispute


def answer(provider: Provider, dispute: Json, text: str) -> None:
    """Submit *text* as evidence, which closes the dispute: won, lost, or as an inquiry without a result."""
    if text not in EVIDENCE:
        raise Refusal(400, f"Possible evidence: {', '.join(EVIDENCE)}.")
    if dispute["status"] in ("won", "lost", "warning_closed"):
        raise Refusal(400, "This dispute is already closed.")
    is_inquiry = dispute["status"].startswith("warning")
    dispute["evidence"]["uncategorized_text"] = text
    dispute["evidence_details"].update(has_evidence=True, submission_count=1)
    dispute["status"] = "warning_closed" if is_inquiry else EVIDENCE[text]
    provider.send_event("charge.dispute.updated", dispute, Call())
    if dispute["status"] == "won":
        _move_money(provider, dispute, dispute["amount"], -FEE)
        provider.send_event("charge.dispute.funds_reinstated", dispute, Call())
    provider.send_event("charge.dispute.closed", dispute, Call())


def _move_money(provider: Provider, dispute: Json, amount: int, fee: int) -> None:
    now = provider.clock.now()
    kind = "dispute" if amount < 0 else "dispute_reversal"
    moved = objects.new(
        "balance_transaction",
        now,
        amount=amount,
        available_on=int(now.timestamp()),
        currency=dispute["currency"],
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}",
        fee=fee,
        fee_details=[
            {"amount": fee, "application": None, "currency": dispute["currency"], "description": "Dispute fee"}
            | {"type": "stripe_fee"}
        ],
        net=amount - fee,
        reporting_category=kind,
        source=dispute["id"],
    )
    dispute["balance_transactions"].append(moved)
