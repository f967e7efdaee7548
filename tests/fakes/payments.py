"""The ports `Payments` and `Cards` in memory, deterministic; tests/contracts check that they keep the ports' contracts.

The table of Stripe's test cards is shared with the stand-in; the behaviour is implemented here independently.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from local.stand_ins.stripe.cards import DECLINES, OUTCOMES, TEST_CARDS
from shared.kernel.ids import CardId, PaymentId
from shared.ports import (
    NO_SUCH_METHOD,
    Clock,
    Confirmation,
    Decline,
    Payment,
    PaymentOrder,
    PaymentRefusedError,
    PaymentState,
    Presence,
)
from tests.fakes.cards import FakeCards
from tests.fakes.charges import Charge, refuse_amount

OPEN = {PaymentState.UNCONFIRMED, PaymentState.DECLINED, PaymentState.REQUIRES_ACTION}


class FakePayments(FakeCards):
    """A provider whose next outcomes are set by `next_outcome`, with the stand-in's names; `payments` and `charges`
    are its records.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.payments: dict[PaymentId, Payment] = {}
        self.charges: list[Charge] = []
        self._customers: dict[PaymentId, str] = {}
        self._created: dict[PaymentId, datetime] = {}
        self._for_later: set[PaymentId] = set()

    def resolve(self, payment: PaymentId, outcome: str) -> None:
        """Finish a payment that is processing or requires action."""
        known = self.payments[payment]
        assert known.state in {PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION}, known.state
        assert known.card is not None
        if outcome == "succeed" and known.state is PaymentState.REQUIRES_ACTION:
            outcome = TEST_CARDS[self._cards.get(known.card, (known.card,))[0]].outcome
        self._finish(known, known.card, outcome)

    def forget(self, payment: PaymentId) -> None:
        """Forget a payment, as if it belonged to another account at the provider."""
        del self.payments[payment]

    # --- Payments

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        def act() -> Payment:
            refuse_amount(order.money)
            made = Payment(
                PaymentId(self._id("pi")), PaymentState.UNCONFIRMED, order.money, dict(order.metadata), order.customer
            )
            self.payments[made.id] = made
            self._customers[made.id] = order.customer
            self._created[made.id] = self._clock.now()
            return made

        return self._once("create", key, order, act)

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        try:
            return self._once("confirm", key, confirmation, lambda: self._try(confirmation))
        except PaymentRefusedError as refusal:
            return Decline(refusal.code)

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        self._once("retrieve", None, payment, lambda: None)
        return self.payments.get(payment)

    async def cancel(self, payment: PaymentId) -> None:
        def act() -> None:
            known = self.payments.get(payment)
            if known is not None and known.state in OPEN:
                ended = replace(known, state=PaymentState.CANCELLED, decline=None, client_secret=None, tried="")
                self.payments[payment] = ended

        self._once("cancel", None, payment, act)

    async def since(self, at: datetime) -> AsyncIterator[Payment]:
        for known in list(self.payments.values()):
            if self._created[known.id] >= at:
                yield known

    def _try(self, confirmation: Confirmation) -> Decline | None:
        known = self.payments[confirmation.payment]
        if known.state not in OPEN:
            return None
        unstored = (confirmation.card, self._customers[known.id], None)
        token, customer, _ = self._cards.get(confirmation.card, unstored)
        if customer != self._customers[known.id] or token not in TEST_CARDS:
            return NO_SUCH_METHOD
        if confirmation.is_for_later:
            self._for_later.add(known.id)
        self._finish(known, confirmation.card, self._outcome(confirmation.card, confirmation.presence))
        return None

    def _outcome(self, card: CardId, presence: Presence) -> str:
        absent = presence is Presence.BUYER_ABSENT
        asked = self._take("confirm", OUTCOMES)
        if asked is not None:
            return "authentication_required" if absent and asked == "requires_action" else asked
        token, _, stored = self._cards.get(card, (card, None, None))
        now = self._clock.now()
        if stored and (stored.expiry_year, stored.expiry_month) < (now.year, now.month):
            return "expired_card"
        test = TEST_CARDS[token]
        if not test.asks_for_holder(is_present=not absent, is_set_up=card in self._set_up_cards):
            return test.outcome
        return "authentication_required" if absent else "requires_action"

    def _finish(self, payment: Payment, card: CardId, outcome: str) -> None:
        at = self._clock.now().replace(microsecond=0)
        tried = replace(payment, card=card, decline=None, client_secret=None, tried="")
        if outcome == "processing":
            tried = replace(tried, state=PaymentState.PROCESSING)
        elif outcome == "requires_action":
            tried = replace(tried, state=PaymentState.REQUIRES_ACTION, client_secret=f"{payment.id}_secret")
        elif outcome == "succeed":
            assert not any(charge.succeeded for charge in self.charges if charge.payment == payment.id)
            tried = replace(
                tried,
                state=PaymentState.SUCCEEDED,
                charged_at=at,
                receipt_url=f"https://pay.example/{len(self.charges)}",
            )
            self.charges.append(Charge(payment.id, card, at, succeeded=True))
            if payment.id in self._for_later:
                self._set_up_cards.add(card)
        else:
            tried = replace(tried, state=PaymentState.DECLINED, decline=Decline(*DECLINES[outcome]))
            tried = replace(tried, tried=f"ch_{len(self.charges)}")
            self.charges.append(Charge(payment.id, card, at, succeeded=False))
        self.payments[payment.id] = tried
