"""What cannot be read does not keep the reconciliation from the rest, and is compared again in the same night (R29)."""

import logging
from datetime import timedelta

import pytest

from operations.actions.reconcile import reconcile_days
from operations.result import Code
from shared.ports import UnavailableError
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from tests.fakes.world import START
from tests.tenant import OTHER, Tenant

VISA = "pm_card_visa"


@pytest.fixture
async def two(world, tenant):
    """Two tenants; each has paid fifty dollars that nobody settled."""
    other = Tenant(world, OTHER)
    await other.open()
    for each in (tenant, other):
        world.payments.next_outcome("requires_action")
        await each.buy(paymentMethod=VISA, key=each.account)
    for payment in world.payments.payments:
        world.payments.resolve(payment, "succeed")
    return tenant, other


def away(world, account):
    """The storage of *account* does not answer."""

    async def no_answer(_verb, partition, _what):
        if partition == account:
            raise UnavailableError("its storage is away")

    world.ledger.before = no_answer


async def kinds(world):
    return sorted(each.kind.value for each in await reconcile_payments(world.services, START))


@pytest.mark.parametrize("number", [0, 1])
async def test_an_account_whose_storage_is_away_does_not_keep_others_from_being_settled(world, two, number):
    away(world, two[number].account)
    assert await kinds(world) == ["not compared", "not compared", "settled late"]  # its payment, and its lots
    assert await two[1 - number].booked() == [("purchase", "50")]
    world.ledger.before = None
    assert await kinds(world) == ["settled late"]
    assert await kinds(world) == []


async def test_a_payment_that_cannot_be_read_does_not_keep_others_from_being_compared(world, two):
    await kinds(world)
    payments = list(world.payments.payments)
    for payment in payments:
        world.payments.forget(payment)
    world.payments.refuse("invalid_request", on="retrieve")
    assert await kinds(world) == ["not compared", "payment missing"]
    assert len(two) == len(payments)


async def test_a_night_repeats_what_was_incomplete(world, two, caplog, recorder):
    away(world, OTHER)
    with caplog.at_level(logging.WARNING), pytest.raises(Exception, match=r"away|read"):
        await world.night()
    assert "incomplete" in caplog.text
    assert recorder.metrics()["credits.reconciliation.differences", "not compared"] >= 2
    assert any("reconcile" in text for _, text in world.queues.waiting)
    world.ledger.before = None
    await world.drain()
    assert await two[1].booked() == [("purchase", "50")]


async def test_an_operator_is_told_that_it_is_incomplete(world, two):
    away(world, two[0].account)
    assert (await reconcile_days(world.services, 3)).code is Code.UNAVAILABLE
    world.ledger.before = None
    assert (await reconcile_days(world.services, 3)).code is Code.FOUND
    assert (await reconcile_days(world.services, 3)).code is Code.FINE


async def test_an_account_without_a_commit_in_these_days_costs_one_read(world, two):
    await kinds(world)
    world.clock.forward(days=30)
    await two[1].grant("20")
    reads = []

    async def count(verb, partition, what):
        reads.append((verb, partition, what))

    world.ledger.before = count
    assert await reconcile_payments(world.services, world.clock.now() - timedelta(days=3)) == []
    assert [verb for verb, partition, _ in reads if partition == two[0].account] == ["get"]
    assert len([verb for verb, partition, _ in reads if partition == OTHER]) == 4  # the head, and its newest lots
