"""Checks every confirmation at the provider and, in the final state, compares payments with lots."""

import re
from collections import Counter
from collections.abc import Iterator

from shared.kernel.ids import AccountId, PaymentId
from shared.ledger.book import Lot
from shared.ports import Confirmation, Payment, PaymentState
from shared.use_cases.payments.payment_owner import RECHARGE
from tests.simulation.checks.transactions import Transactions
from tests.simulation.engine.provider import FINAL
from tests.simulation.engine.simulation import Simulation

HOUR = re.compile(r"\|(\d{10})$")
"""The end of a key that is valid for an hour."""


class Money:
    """Checks every change at the provider."""

    def __init__(self, sim: Simulation, transactions: Transactions) -> None:
        self._sim = sim
        self._transactions = transactions
        self._tried: set[PaymentId] = set()
        self._hours: dict[PaymentId, set[str]] = {}
        sim.provider.confirming.append(self._confirming)
        sim.provider.watchers.append(self._changed)

    def _confirming(self, confirmation: Confirmation, key: str) -> None:
        """No payment is charged before the journal names it."""
        self._hours.setdefault(confirmation.payment, set()).update(HOUR.findall(key))
        payment = self._sim.provider.payments[confirmation.payment]
        history = self._transactions.history.get(payment.metadata["account"])
        if history is None or confirmation.payment not in history.payments:
            self._sim.fail(f"6: {confirmation.payment} is charged before any page names it")

    def _changed(self, payment: Payment) -> None:
        """At most one recharge per account is in progress: a second one is tried only when the first is final."""
        if payment.state is not PaymentState.UNCONFIRMED:
            self._tried.add(payment.id)
        if payment.metadata["purpose"] != RECHARGE:
            return
        account = payment.metadata["account"]
        open_ones = [
            other.id
            for other in self._sim.provider.payments.values()
            if other.id in self._tried and other.state not in FINAL and other.metadata["purpose"] == RECHARGE
            if other.metadata["account"] == account
        ]
        if len(open_ones) > 1:
            self._sim.fail(f"6: two recharges are in progress: {open_ones}")

    def end(self, lots: dict[AccountId, list[Lot]]) -> Iterator[str]:
        """Successful payments and paid lots match one to one, with equal amounts."""
        provider = self._sim.provider
        taken = {
            payment.id: (payment.metadata["account"], payment.money.micros)
            for payment in provider.payments.values()
            if payment.state is PaymentState.SUCCEEDED
        }
        paid = {lot.payment: (account, lot.original) for account, some in lots.items() for lot in some if lot.payment}
        if taken != paid:
            yield f"6: payments and lots differ: {sorted(set(taken.items()) ^ set(paid.items()))}"
        yield from self._tries()
        crossings = Counter(
            (payment.metadata["account"], payment.metadata["reference"])
            for payment in provider.payments.values()
            if payment.state is PaymentState.SUCCEEDED
        )
        yield from (f"6: {name} was charged {times} times" for name, times in crossings.items() if times > 1)

    def _tries(self) -> Iterator[str]:
        """A card is charged once per attempt; a charge may be repeated only under the key of another hour."""
        tries = Counter(charge.payment for charge in self._sim.provider.charges)
        for payment, times in tries.items():
            account = self._sim.provider.payments[payment].metadata["account"]
            attempts = self._transactions.history[account].payments[payment]
            if times > attempts + max(0, len(self._hours[payment]) - 1):
                yield f"6: {payment} was tried {times} times in {attempts} attempts"
