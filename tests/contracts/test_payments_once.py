"""What `Payments` and `Cards` promise of keys and of answers that never came: an effect once, or nothing known."""

from datetime import timedelta

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import PaymentOrder, PaymentState, UnavailableError
from tests.contracts.payment_bench import ABOUT, ACCOUNT, DAY, FIFTY, absent, state
from tests.contracts.stripe_rig import NOON


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


async def test_the_key_of_a_decline_is_not_a_new_try_before_a_day_has_passed(bench, payment, card):
    await bench.next_outcome("insufficient_funds")
    for _ in range(3):
        await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (0, 1)
    bench.clock.at += DAY
    await bench.payments.confirm(absent(payment, card), "try 1")
    assert await bench.charges(payment) == (1, 1)


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
