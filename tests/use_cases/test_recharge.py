"""A recharge: one charge per crossing and one lot per payment, for any source of the result (R3, DESIGN 4)."""

import asyncio
import json

import pytest

from shared.service.http import Request
from shared.use_cases.payments.move_payment import move_payment
from shared.use_cases.payments.receive_webhook import receive_stripe_webhook
from shared.use_cases.payments.settle_payment import settle_payment
from tests.tenant import BOSTON, LEEDS, Tenant, call, report, usd
from tests.use_cases.recharging import about_to_recharge, cross, tries


async def told_by_webhook(world, payment):
    """Deliver a webhook about *payment*."""
    signed = Request(None, {}, {}, {"stripe-signature": "good"}, payment.encode())
    assert (await receive_stripe_webhook(world.services, signed)).status == 200


async def test_a_call_that_reaches_the_trigger_causes_a_charge(world, tenant):
    await about_to_recharge(tenant)
    await world.drain()
    assert tries(world) == []  # one cent above
    await cross(tenant)
    assert await tenant.booked() == [("grant", "10.01"), ("debit", "-0.01"), ("recharge", "50")]
    assert (await tenant.balance(), (await tenant.auto_recharge())["slot"]) == ("60", "idle")
    (lot,) = [lot for lot in await tenant.lots() if lot["source"] == "recharge"]
    assert (lot["kind"], lot["expiresAt"]) == ("paid", "2027-03-01T12:00:00Z")
    assert await world.audit() == []


async def test_concurrent_calls_that_reach_the_trigger_cause_one_charge(world, tenant):
    await about_to_recharge(tenant)
    here, there = world.services, world.process()
    for services in (here, there):
        world.services = services
        await asyncio.gather(*(report(world, call(f"{id(services)} {n}", called=LEEDS)) for n in range(60)))
    assert len(world.queues.waiting) == 1
    await world.drain()
    assert tries(world) == [True]
    assert await tenant.balance() == "58.81"
    assert await world.audit() == []


async def test_a_recharge_message_delivered_repeatedly_to_many_processes_charges_once(world, tenant):
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    ((queue, text),) = world.queues.waiting
    assert queue == "recharges"
    processes = [world.process() for _ in range(4)]
    await asyncio.gather(*(move_payment(process, text.encode()) for process in processes for _ in range(3)))
    for process in processes:
        await move_payment(process, text.encode())
    assert tries(world) == [True]
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert await world.audit() == []


async def test_reply_webhook_and_alarm_lead_to_one_lot(world, tenant):
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    await move_payment(world.services, text.encode())
    (payment,) = world.payments.payments
    other = world.process()
    await asyncio.gather(
        *(settle_payment(services, payment) for services in (world.services, other) for _ in range(3)),
        told_by_webhook(world, payment),
    )
    await world.tick(minutes=3)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert await world.audit() == []


async def test_a_webhook_before_the_reply_settles_the_recharge(world, tenant):
    await about_to_recharge(tenant)
    confirm = world.payments.confirm

    async def told_meanwhile(confirmation, key):
        answer = await confirm(confirmation, key)
        await told_by_webhook(world, confirmation.payment)
        return answer

    world.payments.confirm = told_meanwhile
    await cross(tenant)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert (await tenant.auto_recharge())["slot"] == "idle"


@pytest.mark.parametrize("news", ["webhook", "alarm"])
@pytest.mark.parametrize(("outcome", "booked"), [("succeed", [("recharge", "50")]), ("insufficient_funds", [])])
async def test_later_decisions_of_the_bank_are_recorded(world, tenant, news, outcome, booked):
    world.payments.next_outcome("processing")
    await about_to_recharge(tenant)
    await cross(tenant)
    await world.tick(minutes=3)
    assert ((await tenant.auto_recharge())["slot"], tries(world)) == ("charging", [])
    await cross(tenant, "another")  # nothing more is charged while the payment is processing
    (payment,) = world.payments.payments
    world.payments.resolve(payment, outcome)
    if news == "webhook":
        await told_by_webhook(world, payment)
        await world.drain()
    else:
        await world.tick(minutes=3)
    assert await tenant.booked("recharge") == booked
    assert (await tenant.auto_recharge())["slot"] == ("idle" if booked else "declined")
    assert len(tries(world)) == 1


async def test_a_payment_cancelled_at_the_provider_frees_the_slot_for_a_new_recharge(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    (payment,) = world.payments.payments
    await world.payments.cancel(payment)
    await told_by_webhook(world, payment)
    await world.drain()
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 2
    assert await tenant.booked("recharge") == [("recharge", "50")]


async def test_overdraft_increases_the_gap_and_is_settled_by_the_charge(world, tenant):
    await about_to_recharge(tenant)
    await report(world, call(called=BOSTON, seconds=12_000))  # 100.10
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "150")]  # 10 + 90.09 overdrawn: three of fifty
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["overdraft"]) == ("59.91", "0")


async def test_a_recharge_starts_at_zero_too_because_the_trigger_is_a_level(world, tenant):
    """At zero nothing is debited, so a trigger by crossing would never fire."""
    await tenant.grant("10.01")
    await report(world, call(called=BOSTON, seconds=6_000))
    await tenant.store_card()
    await tenant.set_auto_recharge()
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "100")]


async def test_the_monthly_cap_stops_recharges_until_the_next_month(world, tenant):
    await about_to_recharge(tenant, monthlyCap=usd("100"))
    for number in range(3):
        await report(world, call(f"spends {number}", called=BOSTON, seconds=7_000))
        await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "100")]
    world.clock.time = world.clock.time.replace(month=4, day=1)
    await cross(tenant, "in April")
    assert await tenant.booked("recharge") == [("recharge", "100")] * 2


async def test_administrators_are_notified_of_a_recharge_once(world, tenant):
    await about_to_recharge(tenant)
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await report(world, call(called=LEEDS))
    ((_, text),) = world.queues.waiting
    for _ in range(3):
        await move_payment(world.services, text.encode())
    notices = [json.loads(message) for queue, message in world.queues.waiting if queue == "notices"]
    assert [message["notice"]["kind"] for message in notices] == ["rechargeSucceeded"]
    await world.drain()
    (email,) = world.mail.emails
    assert email.to == ("ann@example.com",)
    assert "$50.00" in email.subject
    assert "$60.00" in email.text


async def test_accounts_are_recharged_independently(world, tenant):
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    await about_to_recharge(tenant)
    await about_to_recharge(other)
    await report(world, [call(called=LEEDS), call(called=LEEDS, account=other.account)])
    await world.drain()
    assert tries(world) == [True, True]
    assert [payment.metadata["account"] for payment in world.payments.payments.values()] == [
        tenant.account,
        other.account,
    ]
    assert [await each.balance() for each in (tenant, other)] == ["60", "60"]


async def test_the_key_of_a_try_names_payment_try_and_card_so_that_no_answer_is_taken_for_another_s(world, tenant):
    keys, confirm = [], world.payments.confirm

    async def noted(confirmation, key):
        keys.append((key, confirmation))
        return await confirm(confirmation, key)

    world.payments.confirm = noted
    await about_to_recharge(tenant)
    await cross(tenant)
    [(key, confirmation)] = keys
    assert key == f"{confirmation.payment}|1|{confirmation.card}|2026030112"
