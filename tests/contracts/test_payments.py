"""What `Payments` and `Cards` promise: the fake, and Stripe's SDK against the stand-in, alike."""

from datetime import timedelta

import pytest

from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.kernel.times import parse_instant
from shared.ports import (
    Confirmation,
    Decline,
    PaymentOrder,
    PaymentState,
    Presence,
    StoredCard,
    UnavailableError,
)
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


async def test_a_created_payment_is_unconfirmed_and_no_money_moves(bench, customer):
    created = await bench.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")
    assert created.state is PaymentState.UNCONFIRMED
    assert (created.money, created.about) == (FIFTY, ABOUT)
    assert (created.card, created.decline, created.charged_at, created.client_secret) == (None, None, None, None)
    assert await bench.payments.retrieve(created.id) == created
    assert await bench.charges(created.id) == (0, 0)


@pytest.mark.parametrize(
    "money",
    [
        Money.minor(1, "USD"),
        Money.minor(7_500, "JPY"),  # no minor unit
        Money.minor(12_340, "KWD"),  # three digits
        Money.minor(5, "ISK"),
    ],
)
async def test_money_is_charged_as_it_was_ordered(bench, customer, money):
    created = await bench.payments.create(PaymentOrder(money, customer, ABOUT), "create")
    assert (await bench.payments.retrieve(created.id)).money == money


async def test_a_fraction_of_a_cent_is_not_charged(bench, customer):
    with pytest.raises(ValueError, match=r"0\.001"):
        await bench.payments.create(PaymentOrder(Money.parse("0.001", "USD"), customer, ABOUT), "create")


async def test_an_unknown_payment_is_none(bench):
    assert await bench.payments.retrieve(PaymentId("pi_unknown")) is None


@pytest.mark.parametrize("confirmation", [absent, present])
async def test_a_confirmed_payment_has_taken_the_money(bench, payment, card, confirmation):
    bench.clock.at = parse_instant("2026-11-23T08:30:01.75Z")
    await bench.payments.confirm(confirmation(payment, card), "try 1")
    paid = await bench.payments.retrieve(payment)
    assert (paid.state, paid.card, paid.decline) == (PaymentState.SUCCEEDED, card, None)
    assert paid.charged_at == parse_instant("2026-11-23T08:30:01Z")
    assert paid.client_secret is None
    assert await bench.charges(payment) == (1, 0)


async def test_a_payment_succeeds_once_whatever_the_keys(bench, payment, card):
    for key in ("try 1", "try 1", "try 2"):
        await bench.payments.confirm(absent(payment, card), key)
    bench.clock.at += DAY
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (1, 0)
    assert await state(bench, payment) is PaymentState.SUCCEEDED


async def test_a_key_creates_one_payment_for_a_day(bench, customer):
    order = PaymentOrder(FIFTY, customer, ABOUT)
    first = await bench.payments.create(order, "create")
    bench.clock.at = NOON + DAY - timedelta(seconds=1)
    assert (await bench.payments.create(order, "create")).id == first.id
    bench.clock.at = NOON + DAY
    assert (await bench.payments.create(order, "create")).id != first.id


@pytest.mark.usefixtures("payment")
async def test_a_key_used_for_something_else_is_a_mistake_that_shows(bench, customer):
    with pytest.raises(Exception, match=r"[Kk]ey") as raised:
        await bench.payments.create(PaymentOrder(Money.parse("51", "USD"), customer, ABOUT), "create")
    assert not isinstance(raised.value, UnavailableError)


DECLINES = [
    ("generic_decline", Decline("card_declined", "generic_decline", "try_again_later")),
    ("insufficient_funds", Decline("card_declined", "insufficient_funds", "try_again_later")),
    ("card_velocity_exceeded", Decline("card_declined", "card_velocity_exceeded", "try_again_later")),
    ("lost_card", Decline("card_declined", "lost_card", "do_not_try_again")),
    ("stolen_card", Decline("card_declined", "stolen_card", "do_not_try_again")),
    ("fraudulent", Decline("card_declined", "fraudulent", "do_not_try_again")),
    ("expired_card", Decline("expired_card", None, "confirm_card_data")),
    ("incorrect_cvc", Decline("incorrect_cvc", None, "confirm_card_data")),
    ("processing_error", Decline("processing_error", None, "try_again_later")),
    ("authentication_required", Decline("authentication_required", "authentication_required")),
]


@pytest.mark.parametrize(("outcome", "decline"), DECLINES)
async def test_a_decline_is_learnt_by_retrieving(bench, payment, card, outcome, decline):
    await bench.next_outcome(outcome)
    await bench.payments.confirm(absent(payment, card), "try 1")
    declined = await bench.payments.retrieve(payment)
    assert (declined.state, declined.decline, declined.card) == (PaymentState.DECLINED, decline, card)
    assert declined.charged_at is None
    assert await bench.charges(payment) == (0, 1)


async def test_a_declined_payment_is_tried_again_with_another_card_and_key(bench, customer, payment, card):
    await bench.next_outcome("insufficient_funds")
    await bench.payments.confirm(absent(payment, card), "try 1")
    other = (await bench.cards.store(customer, "pm_card_mastercard", "other")).id
    await bench.payments.confirm(absent(payment, other), "try 2")
    paid = await bench.payments.retrieve(payment)
    assert (paid.state, paid.card, paid.decline) == (PaymentState.SUCCEEDED, other, None)
    assert await bench.charges(payment) == (1, 1)


async def test_the_key_of_a_decline_is_not_a_new_try_before_a_day_has_passed(bench, payment, card):
    await bench.next_outcome("insufficient_funds")
    for _ in range(3):
        await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (0, 1)
    bench.clock.at += DAY
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (1, 1)


@pytest.mark.parametrize(("outcome", "ending"), [("succeed", "succeeded"), ("lost_card", "declined")])
async def test_what_is_processing_ends_later(bench, payment, card, outcome, ending):
    await bench.next_outcome("processing")
    await bench.payments.confirm(absent(payment, card), "try 1")
    under_way = await bench.payments.retrieve(payment)
    assert (under_way.state, under_way.charged_at) == (PaymentState.PROCESSING, None)
    await bench.payments.confirm(absent(payment, card), "try 2")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.PROCESSING
    await bench.resolve(payment, outcome)
    assert await state(bench, payment) == ending


async def test_a_bank_that_asks_gets_a_buyer_who_is_present(bench, customer, payment):
    asking = (await bench.cards.store(customer, "pm_card_authenticationRequired", "asking")).id
    await bench.payments.confirm(present(payment, asking, "https://portal.example/back"), "try 1")
    waiting = await bench.payments.retrieve(payment)
    assert waiting.state is PaymentState.REQUIRES_ACTION
    assert waiting.client_secret
    await bench.resolve(payment, "succeed")
    paid = await bench.payments.retrieve(payment)
    assert (paid.state, paid.client_secret) == (PaymentState.SUCCEEDED, None)


async def test_a_bank_that_asks_declines_when_the_buyer_is_absent(bench, customer, payment):
    asking = (await bench.cards.store(customer, "pm_card_authenticationRequired", "asking")).id
    await bench.payments.confirm(absent(payment, asking), "try 1")
    declined = await bench.payments.retrieve(payment)
    assert declined.decline == Decline("authentication_required", "authentication_required")


@pytest.mark.parametrize(
    ("method", "buyer", "expected"),
    [
        ("pm_card_authenticationRequiredOnSetup", absent, "declined"),
        ("pm_card_authenticationRequiredSetupForOffSession", absent, "succeeded"),
        ("pm_card_authenticationRequiredSetupForOffSession", present, "requiresAction"),
        ("pm_card_chargeCustomerFail", absent, "declined"),
        ("pm_card_radarBlock", present, "declined"),
    ],
)
async def test_cards_that_can_be_stored_and_then_behave(bench, payment, method, buyer, expected):
    stored = await bench.cards.store(await bench.cards.open_customer(ACCOUNT, "customer"), method, "stored")
    await bench.payments.confirm(buyer(payment, stored.id), "try 1")
    assert await state(bench, payment) == expected


async def test_a_bank_that_asked_may_decline_all_the_same(bench, customer, payment):
    method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    stored = await bench.cards.store(customer, method, "stored")
    await bench.payments.confirm(present(payment, stored.id), "try 1")
    await bench.resolve(payment, "succeed")
    assert (await bench.payments.retrieve(payment)).decline.decline_code == "insufficient_funds"


async def test_a_card_is_good_until_its_month_ends(bench, payment, card):
    await bench.set_expiry(card, 2026, 11)
    bench.clock.at = parse_instant("2026-12-01T00:00:00Z")
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert (await bench.payments.retrieve(payment)).decline == Decline("expired_card", None, "confirm_card_data")
    bench.clock.at -= timedelta(seconds=1)
    await bench.payments.confirm(absent(payment, card), "try 2")
    assert await state(bench, payment) is PaymentState.SUCCEEDED


async def test_a_stored_card_lapses_as_years_pass(bench, payment, card):
    bench.clock.at = parse_instant("2040-01-01T00:00:00Z")
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert (await bench.payments.retrieve(payment)).decline.code == "expired_card"


async def test_a_cancelled_payment_is_never_charged(bench, payment, card):
    for _ in range(2):
        await bench.payments.cancel(payment)
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await state(bench, payment) is PaymentState.CANCELLED
    assert await bench.charges(payment) == (0, 0)


async def test_a_declined_payment_can_be_cancelled(bench, payment, card):
    await bench.next_outcome("lost_card")
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    cancelled = await bench.payments.retrieve(payment)
    assert (cancelled.state, cancelled.decline) == (PaymentState.CANCELLED, None)


async def test_cancelling_what_has_succeeded_changes_nothing(bench, payment, card):
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.SUCCEEDED


async def test_a_cancel_that_came_too_early_can_be_repeated(bench, payment, card):
    await bench.next_outcome("processing")
    await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.cancel(payment)
    await bench.resolve(payment, "insufficient_funds")
    await bench.payments.cancel(payment)
    assert await state(bench, payment) is PaymentState.CANCELLED


@pytest.mark.parametrize(
    ("fault", "charges"),
    [
        ("timeout_before", (0, 0)),
        ("timeout_after", (1, 0)),
        ("error_500", (0, 0)),
        ("error_500_after", (1, 0)),
        ("rate_limit", (0, 0)),
    ],
)
async def test_without_an_answer_the_outcome_is_unknown_and_learnt_by_retrieving(bench, payment, card, fault, charges):
    await bench.next_outcome(fault)
    with pytest.raises(UnavailableError):
        await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == charges
    assert await state(bench, payment) == ("succeeded" if charges[0] else "unconfirmed")


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "rate_limit"])
async def test_after_a_lost_answer_the_same_key_charges_once(bench, payment, card, fault):
    await bench.next_outcome(fault)
    with pytest.raises(UnavailableError):
        await bench.payments.confirm(absent(payment, card), "try 1")
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (1, 0)


async def test_a_failure_is_kept_under_its_key_as_any_answer_is(bench, payment, card):
    await bench.next_outcome("error_500")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (0, 0)
    await bench.payments.confirm(absent(payment, card), "try 2")
    assert await bench.charges(payment) == (1, 0)


@pytest.mark.parametrize(
    ("call", "act"),
    [
        ("create", lambda bench: bench.payments.create(PaymentOrder(FIFTY, "cus", ABOUT), "key")),
        ("cancel", lambda bench: bench.payments.cancel(PaymentId("pi"))),
        ("open_customer", lambda bench: bench.cards.open_customer(ACCOUNT, "key")),
        ("store", lambda bench: bench.cards.store("cus", "pm_card_visa", "key")),
    ],
)
async def test_every_call_says_when_nobody_answers(bench, call, act):
    await bench.next_outcome("timeout_before", on=call)
    with pytest.raises(UnavailableError):
        await act(bench)


async def test_a_lost_payment_is_found_again_by_its_key(bench, customer):
    order = PaymentOrder(FIFTY, customer, ABOUT)
    await bench.next_outcome("timeout_after", on="create")
    with pytest.raises(UnavailableError):
        await bench.payments.create(order, "create")
    found = await bench.payments.create(order, "create")
    assert (await bench.payments.create(order, "create")).id == found.id


async def test_with_a_card_of_another_customer_nothing_is_tried(bench, payment):
    other = await bench.cards.open_customer(ACCOUNT, "another")
    stored = await bench.cards.store(other, "pm_card_visa", "stored")
    for _ in range(2):
        assert await bench.payments.confirm(absent(payment, stored.id), "try 1") == Decline("no_longer_usable")
    assert await state(bench, payment) is PaymentState.UNCONFIRMED
    assert await bench.charges(payment) == (0, 0)


@pytest.mark.parametrize("buyer", [absent, present])
async def test_with_a_card_that_is_gone_nothing_is_tried(bench, customer, payment, card, buyer):
    await bench.remove(card)
    assert await bench.payments.confirm(buyer(payment, card), "try 1") == Decline("no_longer_usable")
    assert await bench.payments.confirm(buyer(payment, "pm_none"), "try 2") == Decline("no_longer_usable")
    assert await bench.charges(payment) == (0, 0)
    other = (await bench.cards.store(customer, "pm_card_mastercard", "other")).id
    assert await bench.payments.confirm(buyer(payment, other), "try 3") is None
    assert await state(bench, payment) is PaymentState.SUCCEEDED


@pytest.mark.parametrize("outcome", ["succeed", "lost_card", "processing"])
async def test_whatever_the_bank_says_the_confirmation_itself_says_nothing(bench, payment, card, outcome):
    await bench.next_outcome(outcome)
    for key in ("try 1", "try 1", "try 2"):
        assert await bench.payments.confirm(absent(payment, card), key) is None


async def test_a_key_opens_one_customer(bench):
    first = await bench.cards.open_customer(ACCOUNT, "one")
    assert await bench.cards.open_customer(ACCOUNT, "one") == first
    assert await bench.cards.open_customer(ACCOUNT, "two") != first


async def test_a_stored_card_shows_what_may_be_shown(bench, customer):
    stored = await bench.cards.store(customer, "pm_card_mastercard", "stored")
    assert stored == StoredCard(stored.id, "mastercard", "4444", 2030, 11, stored.fingerprint)


async def test_the_same_number_has_the_same_fingerprint(bench, customer):
    first, again, other = [
        await bench.cards.store(customer, method, f"store {key}")
        for key, method in enumerate(["pm_card_visa", "pm_card_visa", "pm_card_mastercard"])
    ]
    assert first.id != again.id
    assert first.fingerprint == again.fingerprint != other.fingerprint


async def test_a_card_that_hangs_on_the_customer_is_stored_already(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    assert await bench.cards.store(customer, first.id, "again") == first


async def test_a_card_that_hangs_on_another_customer_can_not_be_stored(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    other = await bench.cards.open_customer(ACCOUNT, "another")
    assert isinstance(await bench.cards.store(other, first.id, "again"), Decline)


async def test_a_key_stores_a_card_once(bench, customer):
    first = await bench.cards.store(customer, "pm_card_visa", "stored")
    assert await bench.cards.store(customer, "pm_card_visa", "stored") == first


@pytest.mark.parametrize(
    ("method", "decline"),
    [
        ("pm_card_visa_chargeDeclined", Decline("card_declined", "generic_decline", "try_again_later")),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            Decline("card_declined", "insufficient_funds", "try_again_later"),
        ),
        ("pm_card_visa_chargeDeclinedLostCard", Decline("card_declined", "lost_card", "do_not_try_again")),
        ("pm_card_visa_chargeDeclinedStolenCard", Decline("card_declined", "stolen_card", "do_not_try_again")),
        (
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
            Decline("card_declined", "card_velocity_exceeded", "try_again_later"),
        ),
        ("pm_card_chargeDeclinedExpiredCard", Decline("expired_card", None, "confirm_card_data")),
        ("pm_card_chargeDeclinedIncorrectCvc", Decline("incorrect_cvc", None, "confirm_card_data")),
        ("pm_card_chargeDeclinedProcessingError", Decline("processing_error", None, "try_again_later")),
        ("pm_no_such_card", Decline("resource_missing")),
    ],
)
async def test_a_card_that_can_not_be_stored_is_declined(bench, customer, method, decline):
    assert await bench.cards.store(customer, method, "stored") == decline
