"""The ports `Payments` and `Cards` in memory, deterministic; tests/contracts check that they keep the ports' contracts.

The table of Stripe's test cards is shared with the stand-in; the behaviour is implemented here independently.
"""

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from local.stand_ins.stripe.cards import DECLINES, FAULTS, OUTCOMES, TEST_CARDS
from shared.kernel.ids import AccountId, CardId, PaymentId
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
    StoredCard,
    UnavailableError,
)
from tests.fakes.charges import Charge, MistakeError, StoredAnswer, constant, outage, refuse_amount

KEY_LIFETIME = timedelta(hours=24)

OPEN = {PaymentState.UNCONFIRMED, PaymentState.DECLINED, PaymentState.REQUIRES_ACTION}


class FakePayments:
    """A provider whose next outcomes are set by `next_outcome`, with the stand-in's names; `payments` and `charges`
    are its records.
    """

    def __init__(self, clock: Clock) -> None:
        self.payments: dict[PaymentId, Payment] = {}
        self.charges: list[Charge] = []
        self._clock = clock
        self._customers: dict[PaymentId, str] = {}
        self._created: dict[PaymentId, datetime] = {}
        self._cards: dict[CardId, tuple[str, str, StoredCard]] = {}
        self._keys: dict[str, StoredAnswer] = {}
        self._outcomes: list[tuple[str, str]] = []
        self._refusals: list[tuple[str, str]] = []
        self._made = 0

    def next_outcome(self, outcome: str, *, on: str = "confirm", times: int = 1) -> None:
        """Set the outcome of the next *times* calls of the method *on*."""
        self._outcomes += [(on, outcome)] * times

    def refuse(self, code: str, *, on: str, times: int = 1) -> None:
        """Let the next *times* calls of the method *on* raise PaymentRefusedError with *code*."""
        self._refusals += [(on, code)] * times

    def resolve(self, payment: PaymentId, outcome: str) -> None:
        """Finish a payment that is processing or requires action."""
        known = self.payments[payment]
        assert known.state in {PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION}, known.state
        assert known.card is not None
        if outcome == "succeed" and known.state is PaymentState.REQUIRES_ACTION:
            outcome = TEST_CARDS[self._cards.get(known.card, (known.card,))[0]].outcome
        self._finish(known, known.card, outcome)

    def set_expiry(self, card: CardId, year: int, month: int) -> None:
        """Change the expiry of a stored card."""
        test, customer, stored = self._cards[card]
        self._cards[card] = test, customer, replace(stored, expiry_year=year, expiry_month=month)

    def forget(self, payment: PaymentId) -> None:
        """Forget a payment, as if it belonged to another account at the provider."""
        del self.payments[payment]

    def remove(self, card: CardId) -> None:
        """Remove a card at the provider without the service."""
        del self._cards[card]

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

    async def open_customer(self, account: AccountId, key: str) -> str:
        return self._once("open_customer", key, account, lambda: self._id("cus"))

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        def act() -> StoredCard | Decline:
            _, owner, known = self._cards.get(CardId(method), (None, None, None))
            if known is not None:
                return known if owner == customer else NO_SUCH_METHOD
            test = TEST_CARDS.get(method)
            if test is None:
                return NO_SUCH_METHOD
            if test.attaching in DECLINES:
                return Decline(*DECLINES[test.attaching])
            now = self._clock.now()
            card = CardId(self._id("pm"))
            stored = StoredCard(card, test.brand, test.last4, now.year + 4, now.month, f"{test.brand}-{test.last4}")
            self._cards[card] = method, customer, stored
            return stored

        return self._once("store", key, (customer, method), act)

    def _id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_{self._made}"

    def _take(self, on: str, among: Collection[str]) -> str | None:
        """Return and use up the next outcome set for *on*, if it is one *among* these."""
        position = next((at for at, (call, _) in enumerate(self._outcomes) if call == on), None)
        if position is None or self._outcomes[position][1] not in among:
            return None
        return self._outcomes.pop(position)[1]

    def _once(self, call: str, key: str | None, request: object, act: Callable[[], Any]) -> Any:
        """Run *act* once per key and day; repeat its answer, or its outage, for the same key."""
        stored = self._keys.get(key or "")
        if stored and self._clock.now() - stored.at < KEY_LIFETIME:
            if stored.request != (call, request):
                raise MistakeError(f"the key {key} was used for something else")
            return stored.answer()
        if self._refusals and self._refusals[0][0] == call:
            raise PaymentRefusedError(self._refusals.pop(0)[1])
        fault = self._take(call, FAULTS)
        if fault in ("timeout_before", "rate_limit"):
            raise UnavailableError(fault)
        answer = outage if fault == "error_500" else constant(act())
        stored_answer = outage if fault == "error_500_after" else answer
        if key:
            self._keys[key] = StoredAnswer((call, request), self._clock.now(), stored_answer)
        return outage() if fault == "timeout_after" else stored_answer()

    def _try(self, confirmation: Confirmation) -> Decline | None:
        known = self.payments[confirmation.payment]
        if known.state not in OPEN:
            return None
        unstored = (confirmation.card, self._customers[known.id], None)
        token, customer, _ = self._cards.get(confirmation.card, unstored)
        if customer != self._customers[known.id] or token not in TEST_CARDS:
            return NO_SUCH_METHOD
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
        if test.asks == "never" or (test.asks == "present" and absent):
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
        else:
            tried = replace(tried, state=PaymentState.DECLINED, decline=Decline(*DECLINES[outcome]))
            tried = replace(tried, tried=f"ch_{len(self.charges)}")
            self.charges.append(Charge(payment.id, card, at, succeeded=False))
        self.payments[payment.id] = tried
