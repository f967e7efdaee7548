"""The contract of the port `Cards` for card setups, for the fake, the stand-in and, when there is a key, Stripe's
test mode.
"""

import pytest

from shared.ports import NO_SUCH_METHOD, CardSetup, Decline, PaymentOrder, PaymentState, SetupOrder, SetupState
from tests.contracts.payment_providers import ABOUT, ACCOUNT, FIFTY, FakeProvider, absent, present, state
from tests.contracts.stripe_test_mode import MODES, TestMode


@pytest.fixture(params=["fake", *MODES])
async def provider(request, stand_in):
    if request.param != "test mode":
        yield FakeProvider() if request.param == "fake" else stand_in
        return
    mode = TestMode()
    yield mode
    await mode.access.close()


ABOUT_SETUP = {"account": ACCOUNT}
ALWAYS, UNTIL_SET_UP = "pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup"
ALREADY_SET_UP = "pm_card_authenticationRequiredSetupForOffSession"
ASKS_THEN_DECLINES = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"


async def set_up(provider, customer, method="pm_card_visa", key="setup", back=None):
    return await provider.cards.set_up(SetupOrder(customer, method, ABOUT_SETUP, back), key)


async def authenticated(provider, customer, method):
    """The card, after its holder has confirmed its setup."""
    made = await set_up(provider, customer, method)
    await provider.authenticate(made.id)
    return (await provider.cards.setup(made.id)).card.id


async def paid_by(provider, customer, card, confirmation, **more):
    payment = (await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), f"create {more}")).id
    await provider.payments.confirm(confirmation(payment, card), f"confirm {more}")
    return payment


async def test_a_card_whose_bank_asks_nothing_is_set_up_at_once(provider, customer):
    made = await set_up(provider, customer)
    assert made == CardSetup(made.id, SetupState.SUCCEEDED, made.client_secret, ABOUT_SETUP, made.card)
    assert (made.card.brand, made.card.last_four) == ("visa", "4242")
    assert await provider.cards.setup(made.id) == made
    assert await provider.cards.store(customer, made.card.id, "store") == made.card


async def test_a_setup_without_a_card_waits_for_the_form(provider, customer):
    made = await set_up(provider, customer, None)
    assert (made.state, made.card) == (SetupState.OPEN, None)
    assert made.client_secret
    await provider.give(made.id, "pm_card_visa")
    found = await provider.cards.setup(made.id)
    assert (found.state, found.card.last_four) == (SetupState.SUCCEEDED, "4242")


@pytest.mark.parametrize("method", [ALWAYS, UNTIL_SET_UP, ALREADY_SET_UP, ASKS_THEN_DECLINES])
async def test_a_card_whose_bank_asks_is_set_up_once_its_holder_has_confirmed(provider, customer, method):
    made = await set_up(provider, customer, method)
    assert (made.state, made.card, made.redirect) == (SetupState.REQUIRES_ACTION, None, None)
    await provider.authenticate(made.id)
    found = await provider.cards.setup(made.id)
    assert found.state is SetupState.SUCCEEDED
    assert found.card is not None


async def test_with_a_return_address_the_bank_has_a_page(provider, customer):
    made = await set_up(provider, customer, ALWAYS, back="https://portal.example/back")
    assert made.redirect.endswith(made.id)


@pytest.mark.parametrize(
    ("method", "decline"),
    [
        ("pm_card_visa_chargeDeclinedStolenCard", Decline("card_declined", "stolen_card", "do_not_try_again")),
        ("pm_card_chargeDeclinedExpiredCard", Decline("expired_card", None, "confirm_card_data")),
        ("pm_no_such_card", NO_SUCH_METHOD),
    ],
)
async def test_a_card_that_cannot_be_set_up_is_declined(provider, customer, method, decline):
    assert await set_up(provider, customer, method) == decline


async def test_another_customers_card_cannot_be_set_up(provider, customer):
    card = (await set_up(provider, customer)).card.id
    other = await provider.cards.open_customer(ACCOUNT, "another")
    assert await set_up(provider, other, card, "other") == NO_SUCH_METHOD


async def test_a_stored_card_is_set_up_again(provider, customer, card):
    assert (await set_up(provider, customer, card)).card.id == card


async def test_a_key_sets_up_once(provider, customer):
    assert await set_up(provider, customer) == await set_up(provider, customer)


async def test_an_unknown_setup_is_none(provider):
    assert await provider.cards.setup("seti_none") is None


async def test_a_removed_card_cannot_be_charged_and_is_removed_again_without_effect(provider, customer, card):
    await provider.cards.remove(card)
    await provider.cards.remove(card)
    await provider.cards.remove("pm_none")
    payment = (await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")).id
    assert await provider.payments.confirm(absent(payment, card), "confirm") == NO_SUCH_METHOD


@pytest.mark.parametrize(
    ("method", "before", "after"),
    [
        (ALWAYS, "authentication_required", "authentication_required"),
        (UNTIL_SET_UP, "authentication_required", None),
        (ALREADY_SET_UP, None, None),
        (ASKS_THEN_DECLINES, "authentication_required", "insufficient_funds"),
    ],
)
async def test_what_a_setup_changes_for_charges_without_the_holder(provider, customer, method, before, after):
    stored = (await provider.cards.store(customer, method, "store")).id
    set_up_card = await authenticated(provider, customer, method)
    for key, card, expected in (("before", stored, before), ("after", set_up_card, after)):
        payment = await provider.payments.retrieve(await paid_by(provider, customer, card, absent, key=key))
        assert (payment.decline and payment.decline.decline_code) == expected, key


async def test_a_purchase_for_later_sets_its_card_up(provider, customer):
    stored = (await provider.cards.store(customer, UNTIL_SET_UP, "store")).id

    def for_later(payment, card):
        return present(payment, card, is_for_later=True)

    payment = await paid_by(provider, customer, stored, for_later)
    assert await state(provider, payment) is PaymentState.REQUIRES_ACTION
    await provider.resolve(payment, "succeed")
    later = await paid_by(provider, customer, stored, absent, key="later")
    assert await state(provider, later) is PaymentState.SUCCEEDED


async def test_a_purchase_for_now_sets_no_card_up(provider, customer):
    stored = (await provider.cards.store(customer, UNTIL_SET_UP, "store")).id
    await provider.resolve(await paid_by(provider, customer, stored, present), "succeed")
    later = await paid_by(provider, customer, stored, absent, key="later")
    assert await state(provider, later) is PaymentState.DECLINED
