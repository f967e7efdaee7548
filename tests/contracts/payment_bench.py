"""Two providers side by side: the fake, and the stand-in behind Stripe's SDK, with the same controls."""

from datetime import timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, Presence
from tests.contracts.stripe_rig import NOON, SetClock
from tests.fakes.payments import FakePayments

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
ABOUT = {"account": ACCOUNT, "purpose": "recharge", "reference": "7"}
FIFTY = Money.parse("50", "USD")
DAY = timedelta(days=1)


class FakeBench:
    """The fake with the stand-in's controls."""

    def __init__(self):
        self.clock = SetClock(NOON)
        self.payments = self.cards = self._fake = FakePayments(self.clock)

    async def next_outcome(self, outcome, *, on="confirm", times=1):
        self._fake.next_outcome(outcome, on=on, times=times)

    async def resolve(self, payment, outcome):
        self._fake.resolve(payment, outcome)

    async def set_expiry(self, card, year, month):
        self._fake.set_expiry(card, year, month)

    async def remove(self, card):
        self._fake.remove(card)

    async def charges(self, payment):
        tries = [charge.succeeded for charge in self._fake.charges if charge.payment == payment]
        return tries.count(True), tries.count(False)


@pytest.fixture(params=["fake", "stripe"])
def bench(request, stand_in):
    return FakeBench() if request.param == "fake" else stand_in


@pytest.fixture
async def customer(bench):
    return await bench.cards.open_customer(ACCOUNT, "customer")


@pytest.fixture
async def card(bench, customer):
    return (await bench.cards.store(customer, "pm_card_visa", "card")).id


@pytest.fixture
async def payment(bench, customer):
    return (await bench.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")).id


def absent(payment, card):
    return Confirmation(payment, card, Presence.BUYER_ABSENT)


def present(payment, card, return_url=None):
    return Confirmation(payment, card, Presence.BUYER_PRESENT, return_url)


async def state(bench, payment):
    return (await bench.payments.retrieve(payment)).state
