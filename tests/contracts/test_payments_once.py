"""The contract of `Payments` and `Cards` for keys and lost answers: one effect, or an unknown outcome."""

from datetime import timedelta

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import PaymentOrder, PaymentState, UnavailableError
from tests.contracts.payment_providers import ABOUT, ACCOUNT, DAY, FIFTY, absent, state
from tests.contracts.stripe_stand_in import NOON


async def test_a_payment_succeeds_once_with_any_keys(provider, payment, card):
    for key in ("try 1", "try 1", "try 2"):
        await provider.payments.confirm(absent(payment, card), key)
    provider.clock.at += DAY
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == (1, 0)
    assert await state(provider, payment) is PaymentState.SUCCEEDED


async def test_a_key_creates_one_payment_for_a_day(provider, customer):
    order = PaymentOrder(FIFTY, customer, ABOUT)
    first = await provider.payments.create(order, "create")
    provider.clock.at = NOON + DAY - timedelta(seconds=1)
    assert (await provider.payments.create(order, "create")).id == first.id
    provider.clock.at = NOON + DAY
    assert (await provider.payments.create(order, "create")).id != first.id


@pytest.mark.usefixtures("payment")
async def test_a_key_used_for_another_request_raises_an_error(provider, customer):
    with pytest.raises(Exception, match=r"[Kk]ey") as raised:
        await provider.payments.create(PaymentOrder(Money.parse("51", "USD"), customer, ABOUT), "create")
    assert not isinstance(raised.value, UnavailableError)


async def test_the_key_of_a_decline_repeats_the_decline_for_a_day(provider, payment, card):
    await provider.next_outcome("insufficient_funds")
    for _ in range(3):
        await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == (0, 1)
    provider.clock.at += DAY
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == (1, 1)


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
async def test_without_an_answer_the_outcome_is_found_by_retrieving(provider, payment, card, fault, charges):
    await provider.next_outcome(fault)
    with pytest.raises(UnavailableError):
        await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == charges
    assert await state(provider, payment) == ("succeeded" if charges[0] else "unconfirmed")


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "rate_limit"])
async def test_after_a_lost_answer_the_same_key_charges_once(provider, payment, card, fault):
    await provider.next_outcome(fault)
    with pytest.raises(UnavailableError):
        await provider.payments.confirm(absent(payment, card), "try 1")
    await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == (1, 0)


async def test_a_failure_is_stored_under_its_key_like_any_answer(provider, payment, card):
    await provider.next_outcome("error_500")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await provider.payments.confirm(absent(payment, card), "try 1")
    assert await provider.charges(payment) == (0, 0)
    await provider.payments.confirm(absent(payment, card), "try 2")
    assert await provider.charges(payment) == (1, 0)


@pytest.mark.parametrize(
    ("call", "act"),
    [
        ("create", lambda provider: provider.payments.create(PaymentOrder(FIFTY, "cus", ABOUT), "key")),
        ("cancel", lambda provider: provider.payments.cancel(PaymentId("pi"))),
        ("open_customer", lambda provider: provider.cards.open_customer(ACCOUNT, "key")),
        ("store", lambda provider: provider.cards.store("cus", "pm_card_visa", "key")),
    ],
)
async def test_every_call_raises_an_error_without_an_answer(provider, call, act):
    await provider.next_outcome("timeout_before", on=call)
    with pytest.raises(UnavailableError):
        await act(provider)


async def test_a_lost_payment_is_found_again_by_its_key(provider, customer):
    order = PaymentOrder(FIFTY, customer, ABOUT)
    await provider.next_outcome("timeout_after", on="create")
    with pytest.raises(UnavailableError):
        await provider.payments.create(order, "create")
    found = await provider.payments.create(order, "create")
    assert (await provider.payments.create(order, "create")).id == found.id
