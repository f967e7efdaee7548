"""What `PaymentList` promises: every payment of the days asked for, once, however many pages the provider needs."""

from datetime import timedelta

import pytest

from shared.ports import PaymentOrder
from tests.contracts.payment_bench import ABOUT, FIFTY, state
from tests.contracts.stripe_rig import NOON


async def order(bench, customer, name):
    return (await bench.payments.create(PaymentOrder(FIFTY, customer, {**ABOUT, "reference": name}), name)).id


async def listed(bench, since=NOON):
    return [payment async for payment in bench.payments.since(since)]


async def test_without_payments_the_list_is_empty(bench):
    assert await listed(bench) == []


@pytest.mark.parametrize("payments", [1, 100, 101, 201], ids=lambda count: f"{count} payments")
async def test_each_payment_is_listed_once_though_a_page_holds_a_hundred(bench, customer, payments):
    made = [await order(bench, customer, str(number)) for number in range(payments)]
    assert sorted(payment.id for payment in await listed(bench)) == sorted(made)


async def test_a_listed_payment_says_what_it_says_when_it_is_retrieved(bench, customer):
    made = await order(bench, customer, "7")
    [found] = await listed(bench)
    assert found == await bench.payments.retrieve(made)
    assert found.metadata == ABOUT
    assert found.state is await state(bench, made)


async def test_what_was_made_before_that_instant_is_not_listed(bench, customer):
    await order(bench, customer, "yesterday's")
    bench.clock.at = NOON + timedelta(days=1)
    at_that_instant = await order(bench, customer, "today's")
    assert [payment.id for payment in await listed(bench, bench.clock.at)] == [at_that_instant]
    bench.clock.at += timedelta(hours=1)
    later = await order(bench, customer, "later")
    found = {payment.id for payment in await listed(bench, NOON + timedelta(days=1))}
    assert found == {at_that_instant, later}
