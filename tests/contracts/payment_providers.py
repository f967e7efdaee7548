"""Two payment providers with the same controls: the fake, and the stand-in used through Stripe's SDK."""

from datetime import timedelta

import pytest

from local.stand_ins.stripe.cards import TEST_CARDS
from shared.kernel.ids import AccountId
from shared.kernel.money import Money
from shared.ports import Confirmation, DisputeState, PaymentOrder, Presence, RefundState
from tests.contracts.stripe_stand_in import NOON, SetClock
from tests.fakes.money_back import FakeMoneyBack
from tests.fakes.payments import FakePayments

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
ABOUT = {"account": ACCOUNT, "purpose": "recharge", "reference": "7"}
FIFTY = Money.parse("50", "USD")
DAY = timedelta(days=1)

EVIDENCE = {"winning_evidence": DisputeState.WON, "losing_evidence": DisputeState.LOST}
"""The texts that close a dispute of a test card."""


class FakeProvider:
    """The fake with the controls of the stand-in."""

    def __init__(self):
        self.clock = SetClock(NOON)
        self.payments = self.cards = self._fake = FakePayments(self.clock)
        self.refunds = self.disputes = self._money_back = FakeMoneyBack(self._fake)

    async def next_outcome(self, outcome, *, on="confirm", times=1):
        self._fake.next_outcome(outcome, on=on, times=times)

    async def resolve(self, payment, outcome):
        self._fake.resolve(payment, outcome)

    async def set_expiry(self, card, year, month):
        self._fake.set_expiry(card, year, month)

    async def remove(self, card):
        await self._fake.remove(card)

    async def give(self, setup, method):
        self._fake.give(setup, method)

    async def authenticate(self, setup):
        self._fake.authenticate(setup)

    async def follow(self, payment, method):
        """Let happen what follows the charge of a test card."""
        match TEST_CARDS[method].afterwards:
            case "fraudulent" | "product_not_received":
                self._money_back.withdraw(self._money_back.dispute(payment))
            case "inquiry":
                self._money_back.dispute(payment, inquiry=True)
            case "warning":
                self._money_back.warned.add(payment)

    async def settle_refund(self, refund):
        is_pending = self._money_back.refunds[refund].state is RefundState.PENDING
        outcome = (RefundState.SUCCEEDED, "") if is_pending else (RefundState.FAILED, "expired_or_canceled_card")
        self._money_back.resolve(refund, *outcome)

    async def answer_dispute(self, dispute, text):
        self._money_back.close(dispute, EVIDENCE[text])

    async def charges(self, payment):
        tries = [charge.succeeded for charge in self._fake.charges if charge.payment == payment]
        return tries.count(True), tries.count(False)


@pytest.fixture(params=["fake", "stripe"])
def provider(request, stand_in):
    return FakeProvider() if request.param == "fake" else stand_in


@pytest.fixture
async def customer(provider):
    return await provider.cards.open_customer(ACCOUNT, "customer")


@pytest.fixture
async def card(provider, customer):
    return (await provider.cards.store(customer, "pm_card_visa", "card")).id


@pytest.fixture
async def payment(provider, customer):
    return (await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")).id


def absent(payment, card):
    return Confirmation(payment, card, Presence.BUYER_ABSENT)


def present(payment, card, return_url=None, *, is_for_later=False):
    return Confirmation(payment, card, Presence.BUYER_PRESENT, return_url, is_for_later)


async def state(provider, payment):
    return (await provider.payments.retrieve(payment)).state
