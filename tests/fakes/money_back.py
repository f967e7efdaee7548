"""The ports `Refunds` and `Disputes` in memory, beside the fake of `Payments`, whose records they concern."""

from collections.abc import AsyncIterator
from dataclasses import replace

from local.stand_ins.stripe.cards import TEST_CARDS
from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import (
    Dispute,
    DisputeState,
    Payment,
    PaymentRefusedError,
    PaymentState,
    ProviderRefund,
    RefundOrder,
    RefundState,
)
from tests.fakes.payments import FakePayments

REFUSING = frozenset({DisputeState.OPEN, DisputeState.LOST})
"""A disputed payment is not refunded."""


class FakeMoneyBack:
    """Refunds and disputes of the payments of *provider*. New refunds have the state *next_state*."""

    def __init__(self, provider: FakePayments) -> None:
        self.provider = provider
        self.next_state = RefundState.SUCCEEDED
        self.refunds: dict[str, ProviderRefund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.warned: set[PaymentId] = set()

    # --- what happens at the provider

    def refund_by_hand(self, payment: PaymentId, money: Money) -> ProviderRefund:
        """Refund with the provider's own tools."""
        return self._refund(RefundOrder(payment, money, {}))

    def resolve(self, refund: str, state: RefundState, reason: str = "") -> None:
        """The bank decides about a pending refund, or sends a succeeded one back."""
        self.refunds[refund] = replace(self.refunds[refund], state=state, reason=reason)

    def dispute(self, payment: PaymentId, money: Money | None = None, *, inquiry: bool = False) -> str:
        """The card holder disputes the payment. Nothing is withdrawn yet."""
        name, paid = self.provider._id("dp"), self.provider.payments[payment].money
        state = DisputeState.INQUIRY if inquiry else DisputeState.OPEN
        nothing = Money(0, paid.currency)
        self.disputes[name] = Dispute(name, payment, state, money or paid, nothing, self.provider._clock.now())
        return name

    def withdraw(self, dispute: str) -> None:
        """Withdraw the disputed money."""
        known = self.disputes[dispute]
        if known.state is not DisputeState.INQUIRY:
            self.disputes[dispute] = replace(known, withdrawn=known.money)

    def close(self, dispute: str, state: DisputeState) -> None:
        """The bank decides. A won dispute returns the money; an inquiry ends without a result."""
        known = self.disputes[dispute]
        if known.state is DisputeState.INQUIRY:
            return
        nothing = Money(0, known.money.currency)
        withdrawn = nothing if state is DisputeState.WON else known.money
        self.disputes[dispute] = replace(known, state=state, withdrawn=withdrawn)

    # --- the ports

    async def refund(self, order: RefundOrder, key: str) -> ProviderRefund:
        return self.provider._once("refund", key, order, lambda: self._refund(order))

    async def refunds_of(self, payment: PaymentId) -> AsyncIterator[ProviderRefund]:
        self.provider._once("refunds_of", None, payment, lambda: None)
        for refund in [each for each in self.refunds.values() if each.payment == payment]:
            yield refund

    async def disputes_of(self, payment: PaymentId) -> AsyncIterator[Dispute]:
        self.provider._once("disputes_of", None, payment, lambda: None)
        for dispute in [each for each in self.disputes.values() if each.payment == payment]:
            yield dispute

    async def has_fraud_warning(self, payment: PaymentId) -> bool:
        self.provider._once("has_fraud_warning", None, payment, lambda: None)
        return payment in self.warned

    def refunded(self, payment: PaymentId) -> int:
        """What was refunded and did not fail, in micro-units."""
        of_payment = (each for each in self.refunds.values() if each.payment == payment)
        return sum(each.money.micros for each in of_payment if each.state is not RefundState.FAILED)

    def _refund(self, order: RefundOrder) -> ProviderRefund:
        known = self.provider.payments.get(order.payment)
        if known is None or known.state is not PaymentState.SUCCEEDED:
            raise PaymentRefusedError("resource_missing")
        if any(each.payment == order.payment and each.state in REFUSING for each in self.disputes.values()):
            raise PaymentRefusedError("charge_disputed")
        left = known.money.micros - self.refunded(order.payment)
        if order.money.micros > left:
            raise PaymentRefusedError("invalid_request" if left else "charge_already_refunded")
        name, now = self.provider._id("re"), self.provider._clock.now()
        state = RefundState.PENDING if self._is_slow(known) else self.next_state
        made = ProviderRefund(name, order.payment, state, order.money, dict(order.metadata), now)
        self.refunds[name] = made
        return made

    def _is_slow(self, payment: Payment) -> bool:
        """Whether the payment's card, unless it was removed, is the test card whose refunds are pending at first."""
        assert payment.card is not None, "a payment that succeeded has a card"
        test = TEST_CARDS.get(self.provider._cards.get(payment.card, (payment.card,))[0])
        return test is not None and test.afterwards == "pending"
