"""Payments of the provider without a lot (R29): they become lots, are cancelled, or are reported to operators."""

import logging
from dataclasses import replace

import pytest

from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, PaymentState, Presence
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from tests.fakes.world import ACCOUNT, START
from tests.use_cases.recharging import about_to_recharge, cross, tries
from tests.use_cases.reconciling import STRANGER, VISA, differences, made_elsewhere, words_of_a_purchase


async def test_matching_books_show_no_difference_and_need_no_further_requests(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    await about_to_recharge(tenant)
    await cross(tenant)
    world.payments.next_outcome("timeout_before", on="retrieve")  # no further request: the list is sufficient
    assert await differences(world) == []


async def test_a_charge_without_a_lot_is_credited_and_reported_once(world, tenant, caplog):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    payment = await made_elsewhere(world, about, amount="20")
    with caplog.at_level(logging.WARNING):
        assert await differences(world) == [("settled late", payment)]
    assert await tenant.balance() == "70"
    assert await tenant.booked() == [("purchase", "50"), ("purchase", "20")]
    [entry] = [entry for entry in caplog.records if "reconciliation" in entry.message]
    assert entry.levelno == logging.WARNING  # corrected automatically
    assert f"payment {payment}: settled late: 20.00" in entry.message
    assert await differences(world) == []
    assert await tenant.balance() == "70"
    assert await world.audit() == []


async def test_a_purchase_whose_webhook_was_lost_is_settled_and_shown(world, tenant):
    world.payments.next_outcome("processing")
    started = (await tenant.buy(paymentMethod=VISA)).value
    [payment] = world.payments.payments
    world.payments.resolve(payment, "succeed")
    assert await differences(world) == [("settled late", payment)]
    assert (await tenant.purchase(started["id"]))["state"] == "succeeded"
    assert await tenant.balance() == "50"


async def test_an_orphaned_payment_is_cancelled_and_never_charged(world, tenant, caplog):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    orphan = await made_elsewhere(world, about, pays=False)
    with caplog.at_level(logging.WARNING):
        assert await differences(world) == [("cancelled", orphan)]
    assert [entry.levelno for entry in caplog.records if "reconciliation" in entry.message] == [logging.WARNING]
    assert (await world.payments.retrieve(orphan)).state is PaymentState.CANCELLED
    assert await differences(world) == []
    assert tries(world) == [True]


async def test_an_orphaned_payment_is_cancelled_although_another_purchase_is_open(world, tenant):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    world.payments.next_outcome("requires_action")
    await tenant.buy(paymentMethod=VISA, key="buy-2")
    orphan = await made_elsewhere(world, about, pays=False)
    assert await differences(world) == [("cancelled", orphan)]


async def test_a_second_payment_of_an_ended_purchase_is_cancelled(world, tenant):
    orphan = await made_elsewhere(world, await words_of_a_purchase(world, tenant), pays=False)
    assert await differences(world) == [("cancelled", orphan)]


@pytest.mark.parametrize("outcome", ["insufficient_funds", "authentication_required"])
async def test_the_payment_of_a_recharge_with_a_pending_retry_is_kept(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    await cross(tenant)
    [payment] = world.payments.payments
    before = await world.payments.retrieve(payment)
    assert await differences(world) == []
    assert await world.payments.retrieve(payment) == before


async def test_a_payment_that_is_being_created_for_a_recharge_is_not_orphaned(world, tenant):
    """Its slot has its number, but not its id yet."""
    await about_to_recharge(tenant)
    create = world.payments.create
    found = []

    async def looked_at_meanwhile(order, key):
        payment = await create(order, key)
        found.append(await differences(world))
        return payment

    world.payments.create = looked_at_meanwhile
    await cross(tenant)
    assert found == [[]]
    assert tries(world) == [True]


async def test_an_abandoned_payment_with_the_slots_number_is_cancelled(world, tenant):
    """A second creation an hour later made another payment; the slot charges the payment with its id."""
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    [known] = world.payments.payments.values()
    orphan = await made_elsewhere(world, known.metadata, pays=False)
    assert await differences(world) == [("cancelled", orphan)]
    assert (await world.payments.retrieve(known.id)).state is PaymentState.DECLINED


async def test_a_payment_that_waits_for_its_buyer_stays_open(world, tenant):
    world.payments.next_outcome("requires_action")
    await tenant.buy(paymentMethod=VISA)
    assert await differences(world) == []
    [payment] = world.payments.payments.values()
    assert payment.state is PaymentState.REQUIRES_ACTION


async def test_a_processing_payment_stays_open(world, tenant):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    world.payments.next_outcome("processing")
    payment = await made_elsewhere(world, about)
    assert await differences(world) == []
    assert (await world.payments.retrieve(payment)).state is PaymentState.PROCESSING


async def test_a_foreign_charge_is_reported_and_never_credited(world, tenant, caplog):
    charge = await made_elsewhere(world, {"order": "of another shop"})
    await made_elsewhere(world, {"order": "that was never paid"}, pays=False)
    with caplog.at_level(logging.WARNING):
        assert await differences(world) == [("not ours", charge)]
    assert [entry.levelno for entry in caplog.records if "reconciliation" in entry.message] == [logging.ERROR]
    assert await tenant.balance() == "0"
    assert all(payment.state is not PaymentState.CANCELLED for payment in world.payments.payments.values())


@pytest.mark.parametrize(("deployment", "named"), [("another", False), (None, True)])
async def test_payments_of_other_deployments_are_ignored_and_unknown_ones_reported(world, tenant, deployment, named):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    about = {name: word for name, word in {**about, "deployment": deployment}.items() if word}
    paid = await made_elsewhere(world, about)
    await made_elsewhere(world, {**about, "reference": "unpaid"}, pays=False)
    assert await differences(world) == ([("not ours", paid)] if named else [])
    assert await tenant.balance() == "50"
    assert all(payment.state is not PaymentState.CANCELLED for payment in world.payments.payments.values())


async def test_a_charge_in_another_currency_is_reported_and_never_credited(world, tenant):
    about = await words_of_a_purchase(world, tenant, reference="a purchase that nobody remembers")
    payment = await world.payments.create(PaymentOrder(Money.parse("50", "EUR"), "cus", about), "in euros")
    unpaid = await world.payments.create(PaymentOrder(Money.parse("50", "EUR"), "cus", about), "in euros, unpaid")
    await world.payments.confirm(Confirmation(payment.id, VISA, Presence.BUYER_ABSENT), "pay in euros")
    found = await reconcile_payments(world.services, START)
    assert [(each.kind.value, each.payment) for each in found] == [
        ("currency differs", payment.id),
        ("cancelled", unpaid.id),
    ]
    assert found[0].detail == f"50.000000 EUR for {ACCOUNT}"
    assert await tenant.balance() == "50"


async def test_a_charge_for_an_unknown_account_is_reported(world, tenant):
    about = await words_of_a_purchase(world, tenant, account=STRANGER)
    payment = await made_elsewhere(world, about)
    assert await differences(world) == [("no account", payment)]


async def test_a_payment_of_the_other_mode_is_reported_and_never_booked(world, tenant):
    about = await words_of_a_purchase(world, tenant, reference="a test payment")
    payment = await made_elsewhere(world, about, amount="20")
    world.payments.payments[payment] = replace(world.payments.payments[payment], is_of_other_mode=True)
    assert await differences(world) == [("other mode", payment)]
    assert await tenant.balance() == "50"
