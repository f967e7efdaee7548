"""Card testing: an account's card attempts are limited across processes, before a payment is created."""

import asyncio

import pytest

from shared.ports import UnavailableError
from shared.purchasing.card_attempts import ATTEMPTS_PER_WINDOW, DECLINES_PER_WINDOW
from shared.service.http import ProblemError
from shared.use_cases.cards.store_card import store_card
from shared.use_cases.purchases.start_purchase import start_purchase
from tests.fakes.world import request
from tests.tenant import Tenant, code_of, usd

VISA = "pm_card_visa"


async def declines(world, tenant, number, *, first=0):
    for each in range(first, first + number):
        world.payments.next_outcome("lost_card")
        assert (await tenant.buy(key=f"declined {each}", paymentMethod=VISA)).value["state"] == "declined"


async def test_repeated_declined_purchases_are_refused(world, tenant):
    await declines(world, tenant, DECLINES_PER_WINDOW)
    assert await code_of(tenant.buy(key="next", paymentMethod=VISA)) == "too_many_requests"
    assert await code_of(tenant.store_card(VISA)) == "too_many_requests"
    assert await tenant.balance() == "0"
    world.clock.forward(hours=1)
    assert (await tenant.buy(key="next", paymentMethod=VISA)).value["state"] == "succeeded"
    assert await world.audit() == []


async def test_repeated_declined_cards_are_refused(tenant):
    for _ in range(DECLINES_PER_WINDOW):
        assert await code_of(tenant.store_card("pm_card_visa_chargeDeclinedLostCard")) == "card_declined"
    assert await code_of(tenant.store_card(VISA)) == "too_many_requests"
    assert await code_of(tenant.buy(key="next", paymentMethod=VISA)) == "too_many_requests"


async def test_successful_purchases_have_a_higher_limit(world, tenant):
    for number in range(ATTEMPTS_PER_WINDOW // 2):
        await tenant.buy(key=f"buy {number}", paymentMethod=VISA)
        await tenant.store_card(VISA)
    assert await code_of(tenant.buy(key="next", paymentMethod=VISA)) == "too_many_requests"
    assert len(world.payments.payments) == ATTEMPTS_PER_WINDOW // 2


async def test_attempts_are_counted_across_restarts(world, tenant):
    await declines(world, tenant, DECLINES_PER_WINDOW)
    world.services = world.process()
    assert await code_of(tenant.buy(key="next", paymentMethod=VISA)) == "too_many_requests"


@pytest.mark.usefixtures("tenant")
async def test_concurrent_attempts_in_several_processes_share_the_limit(world):
    processes = [world.process() for _ in range(4)]
    purchases = (_buys(processes[n % 4], f"buy {n}") for n in range(ATTEMPTS_PER_WINDOW + 20))
    answers = await asyncio.gather(*purchases)
    assert answers.count("too_many_requests") >= 20
    assert len(world.payments.payments) <= ATTEMPTS_PER_WINDOW
    assert await world.audit() == []


async def _buys(services, key):
    body = '{"amount": {"amount": "50", "currency": "USD"}, "paymentMethod": "pm_card_visa"}'
    try:
        return (await start_purchase(services, request(body=body, headers={"idempotency-key": key}))).status
    except ProblemError as problem:
        return problem.code


async def test_a_known_key_is_answered_after_any_number_of_attempts(world, tenant):
    first = await tenant.buy(key="first", paymentMethod=VISA)
    await declines(world, tenant, DECLINES_PER_WINDOW)
    for _ in range(3):
        again = await tenant.buy(key="first", paymentMethod=VISA)
        assert (again.status, again.value["id"]) == (201, first.value["id"])
    assert await code_of(tenant.buy("60", key="first", paymentMethod=VISA)) == "idempotency_conflict"


async def test_invalid_requests_do_not_count_as_attempts(tenant):
    for number in range(ATTEMPTS_PER_WINDOW + 1):
        assert await code_of(tenant.buy("1", key=f"small {number}", paymentMethod=VISA)) == "below_minimum"
    assert await code_of(tenant.buy(key="no card")) == "no_payment_method"
    assert (await tenant.buy(key="good", paymentMethod=VISA)).value["state"] == "succeeded"


async def test_unknown_accounts_are_not_counted(world):
    unopened = Tenant(world)
    assert await code_of(unopened.buy(paymentMethod=VISA)) == "not_found"
    assert await code_of(unopened.store_card(VISA)) == "not_found"
    assert world.attempts.partitions == {}


@pytest.mark.parametrize("verb", [start_purchase, store_card], ids=lambda verb: verb.__name__)
async def test_if_attempts_cannot_be_counted_no_card_is_tried(world, tenant, verb):
    async def away(_verb, _partition, _what):
        raise UnavailableError("away")

    world.attempts.before = away
    body = {"paymentMethod": VISA, **({"amount": usd("50")} if verb is start_purchase else {})}
    with pytest.raises(UnavailableError):
        await tenant.request(verb, body, key="key")
    assert world.payments.payments == {}
    assert not any(":intent:" in key for key in world.ledger.partitions[tenant.account])
    world.attempts.before = None
    assert (await tenant.request(verb, body, key="key")).status == 201


async def test_a_key_of_yesterday_is_answered_at_todays_limit(world, tenant):
    first = await tenant.buy(key="first", paymentMethod=VISA)
    world.clock.forward(days=1)
    await declines(world, tenant, DECLINES_PER_WINDOW)
    again = await tenant.buy(key="first", paymentMethod=VISA)
    assert (again.status, again.value["id"]) == (201, first.value["id"])


async def test_a_purchase_that_was_not_counted_is_not_started_after_the_book_changed(world, tenant):
    earlier, ledger = await world.services.ledger.read(tenant.account), world.services.ledger
    await tenant.store_card(VISA)
    ledger.read = _once(earlier, ledger.read)
    assert await code_of(tenant.buy(key="no card yet")) == "no_payment_method"
    assert world.payments.payments == {}
    assert (await tenant.buy(key="no card yet")).value["state"] == "succeeded"


def _once(first, then):
    """A read that returns an earlier book once."""
    earlier = iter([first])

    async def read(account):
        return next(earlier, None) or await then(account)

    return read
