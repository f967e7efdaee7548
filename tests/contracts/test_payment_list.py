"""The contract of the port `PaymentList`: every payment of the requested days once, from any number of pages."""

from datetime import timedelta

import pytest

from shared.ports import PaymentOrder
from tests.contracts.payment_providers import ABOUT, FIFTY, state
from tests.contracts.stripe_stand_in import NOON


async def order(provider, customer, name):
    return (await provider.payments.create(PaymentOrder(FIFTY, customer, {**ABOUT, "reference": name}), name)).id


async def listed(provider, since=NOON):
    return [payment async for payment in provider.payments.since(since)]


async def test_without_payments_the_list_is_empty(provider):
    assert await listed(provider) == []


@pytest.mark.parametrize("payments", [1, 100, 201], ids=lambda count: f"{count} payments")
async def test_each_payment_is_listed_once_over_several_pages(provider, customer, payments):
    made = [await order(provider, customer, str(number)) for number in range(payments)]
    assert sorted(payment.id for payment in await listed(provider)) == sorted(made)


async def test_a_listed_payment_equals_the_retrieved_one(provider, customer):
    made = await order(provider, customer, "7")
    [found] = await listed(provider)
    assert found == await provider.payments.retrieve(made)
    assert found.metadata == ABOUT
    assert found.state is await state(provider, made)


async def test_earlier_payments_are_not_listed(provider, customer):
    await order(provider, customer, "yesterday's")
    provider.clock.at = NOON + timedelta(days=1)
    at_that_instant = await order(provider, customer, "today's")
    assert [payment.id for payment in await listed(provider, provider.clock.at)] == [at_that_instant]
    provider.clock.at += timedelta(hours=1)
    later = await order(provider, customer, "later")
    found = {payment.id for payment in await listed(provider, NOON + timedelta(days=1))}
    assert found == {at_that_instant, later}
