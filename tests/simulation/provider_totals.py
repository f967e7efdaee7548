"""Counts what happened at the payment provider in a run, for reports."""

from collections import Counter

from shared.ports import PaymentState
from tests.simulation.engine.simulation import Simulation


def provider_totals(sim: Simulation) -> Counter[str]:
    """Payments, refunds and disputes in the final state, by what became of them."""
    totals = Counter[str]()
    for payment in sim.provider.payments.values():
        totals[f"payment {payment.state.value}"] += 1
    for refund in sim.money_back.refunds.values():
        totals[f"refund {refund.state.value}"] += 1
    for dispute in sim.money_back.disputes.values():
        totals[f"dispute {dispute.state.value}"] += 1
    charges = Counter(charge.payment for charge in sim.provider.charges)
    totals["card charged"] += charges.total()
    totals["card charged again after a decline"] += charges.total() - len(charges)
    paid = (payment for payment in sim.provider.payments.values() if payment.state is PaymentState.SUCCEEDED)
    totals["recharge paid"] += sum(payment.metadata["purpose"] == "recharge" for payment in paid)
    return totals
