"""An empty account can be closed; after that it is unknown (CONTRACT 2)."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.kernel.ids import AccountId
from shared.ports import PaymentState, UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.usage.record_usage import record_usage
from shared.views.purchases import list_purchases
from tests.fakes.world import START
from tests.tenant import OTHER, Tenant, call, code_of, report, usd
from tests.use_cases.closing import close, emptied, emptied_of_overdraft
from tests.use_cases.recharging import about_to_recharge, cross

ASKING = "pm_card_authenticationRequired"


async def test_closing_an_empty_account_can_be_repeated(world, tenant):
    await emptied(tenant)
    first = await close(tenant)
    assert first == {"account": tenant.account, "closedAt": "2026-03-06T12:00:00Z"}
    world.clock.forward(days=1)
    assert await close(tenant) == first
    assert await world.audit() == []


async def test_an_account_that_was_opened_by_mistake_is_closed_at_once(world, tenant):
    await close(tenant)
    assert await code_of(tenant.balance()) == "not_found"
    assert await world.audit() == []


async def test_an_unknown_account_cannot_be_closed(world):
    assert await code_of(close(Tenant(world, OTHER))) == "not_found"


async def granted(tenant):
    await tenant.grant("0.01")


async def lapsing(tenant):
    """Credit that has expired, and may still pay for a call that is reported late."""
    await tenant.grant("5", expiresAt="2026-03-02T00:00:00Z")
    await tenant.world.tick(days=2)
    assert await tenant.balance() == "0"


async def overdrawn(tenant):
    await report(tenant.world, call())


async def buying(tenant):
    await tenant.buy(paymentMethod=ASKING)


async def recharging(tenant):
    tenant.world.payments.next_outcome("insufficient_funds")
    await tenant.store_card()
    await tenant.grant("0.01")
    await tenant.set_auto_recharge(trigger=usd("0"))
    await report(tenant.world, call(called="+441134960123"))
    await tenant.world.drain()
    assert [lot["state"] for lot in await tenant.lots()] == ["spent"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (granted, "credit"),
        (lapsing, "credit"),
        (overdrawn, "overdraft"),
        (buying, "an open purchase"),
        (recharging, "a recharge under way"),
    ],
)
async def test_an_account_with_anything_left_is_not_closed_and_the_answer_says_what(world, tenant, state, words):
    await state(tenant)
    with pytest.raises(ProblemError, match=words) as raised:
        await close(tenant)
    assert raised.value.code == "not_empty"
    assert (await tenant.amounts())["held"] == "0"
    assert await world.audit() == []


async def test_an_account_with_unsent_messages_is_not_closed(world, tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("0.01")

    async def away(_queue, _text):
        raise UnavailableError("the queue is away")

    world.queues.fault = away
    await report(world, call(called="+441134960123"))  # and administrators are to be notified that nothing is left
    assert await code_of(close(tenant)) == "not_empty"
    world.queues.fault = None
    await close(tenant)


async def test_a_closed_account_is_unknown_in_every_process(world, tenant):
    await report(world, call("before"))
    await emptied_of_overdraft(tenant)
    other = world.process()
    for services in (world.services, other):
        await record_usage(services, json.dumps(call("before")).encode())  # both have its terms in memory
    await close(tenant)
    for services in (world.services, other):
        world.services = services
        requests = (
            tenant.balance(),
            tenant.lots(),
            tenant.movements(),
            tenant.auto_recharge(),
            tenant.grant("1", "late"),
            tenant.grant("0.02", "settles"),  # though this very key has made a grant
            tenant.buy(paymentMethod="pm_card_visa"),
            tenant.store_card(),
            tenant.set_auto_recharge(),
            tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]}),
        )
        for each in requests:
            assert await code_of(each) == "not_found"
    assert world.payments.charges == []


async def test_usage_of_a_closed_account_is_suspended_like_that_of_an_unknown_one(world, tenant):
    await report(world, call("before"))
    await emptied_of_overdraft(tenant)
    other = world.process()
    await record_usage(other, json.dumps(call("before")).encode())
    await close(tenant)
    await record_usage(other, json.dumps(call("after")).encode())  # it still has the account in memory
    await record_usage(world.process(), json.dumps(call("after, too")).encode())
    assert await tenant.reasons() == ["unknown_account"] * 2
    for services in (other, world.process()):
        await record_usage(services, json.dumps([call("before"), call("after"), call("after, too")]).encode())
    assert len(await tenant.suspended()) == 2  # what was booked or suspended before is a duplicate
    await world.drain()
    assert await world.audit() == []
    await tenant.open()
    for item in await tenant.suspended():
        assert (await tenant.replay(item["id"]))["state"] == "replayed"
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 3
    assert await world.audit() == []


async def test_concurrent_closing_and_booking_happen_one_after_the_other(world, tenant):
    for number in range(6):
        closing = asyncio.create_task(tenant.request(close_account))
        await record_usage(world.process(), json.dumps(call(f"call {number}")).encode())
        await asyncio.wait([closing])
        if closing.exception() is None:
            break
        await tenant.grant("0.02", f"settles {number}")
    await world.drain()
    assert await world.audit() == []
    assert len(await tenant.suspended()) == int(closing.exception() is None)


async def test_closing_an_account_ends_its_alarm(world, tenant):
    await emptied(tenant)
    await close(tenant)
    for _ in range(3):
        await world.tick(days=10)
    assert not any(world.alarms.partitions.values())
    assert await world.audit() == []


async def test_a_closed_account_whose_head_is_lost_is_rebuilt_as_closed(world, tenant):
    await emptied(tenant)
    closed = await close(tenant)
    del world.ledger.partitions[tenant.account]["a:head"]
    await rebuild_account(world.services, AccountId(tenant.account))
    assert await close(tenant) == closed
    assert await world.audit() == []
    await tenant.open()
    del world.ledger.partitions[tenant.account]["a:head"]
    await rebuild_account(world.services, AccountId(tenant.account))
    assert await tenant.balance() == "0"
    assert await world.audit() == []


async def test_a_payment_for_a_closed_account_is_reported_and_stops_nothing(world, tenant):
    await tenant.buy(paymentMethod=ASKING)
    (payment,) = world.payments.payments
    await tenant.cancel((await tenant.request(list_purchases)).value["items"][0]["id"])
    await close(tenant)
    known = world.payments.payments[payment]
    world.payments.payments[payment] = replace(known, state=PaymentState.SUCCEEDED, charged_at=world.clock.now())
    await settle_payment(world.services, payment)
    found = await reconcile_payments(world.services, START)
    assert [(each.kind.value, each.payment, each.detail) for each in found] == [("no account", payment, tenant.account)]


async def test_payments_of_a_closed_account_are_reconciled(world, tenant):
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.set_auto_recharge(enabled=False)
    for _ in range(75):
        await world.tick(days=5)
    await close(tenant)
    assert await reconcile_payments(world.services, START) == []
