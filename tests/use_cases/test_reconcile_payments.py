"""Reconciling the provider's payments with the lots (R29): differences are corrected or reported to operators."""

import logging
from dataclasses import replace

import pytest

from shared.kernel.ids import CardId
from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, PaymentState, Presence
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from tests.fakes.world import ACCOUNT, START
from tests.tenant import LEEDS, Tenant, call, report
from tests.use_cases.recharging import about_to_recharge, cross, tries

STRANGER = "00000000-0000-4000-8000-00000000dead"
VISA = CardId("pm_card_visa")


async def differences(world, since=START):
    """Kind and payment of each difference; checks that each description contains an amount or an account."""
    found = await reconcile_payments(world.services, since)
    assert all(each.detail.endswith((" USD", " was taken", ACCOUNT, STRANGER)) for each in found)
    return [(each.kind.value, each.payment) for each in found]


async def made_elsewhere(world, about, *, amount="50", pays=True):
    """A payment at the provider whose webhook was not received."""
    payment = await world.payments.create(PaymentOrder(Money.parse(amount, "USD"), "cus", about), f"make {about}")
    if pays:
        await world.payments.confirm(Confirmation(payment.id, VISA, Presence.BUYER_ABSENT), f"pay {about}")
    return payment.id


async def words_of_a_purchase(world, tenant, **other):
    """The metadata of one of the service's payments, with *other* values."""
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments.values()
    return {**payment.metadata, **other}


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


async def test_a_missing_lot_is_reported_and_not_granted_again(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments
    rows = world.ledger.partitions[ACCOUNT]
    [key] = [key for key in rows if key.startswith("a:lot:")]
    del rows[key]
    world.services = world.process()
    assert await differences(world) == [("lot missing", payment)]
    assert not [key for key in rows if key.startswith("a:lot:")]


async def test_a_lot_larger_than_its_charge_is_reported_with_both_amounts(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments.values()
    world.payments.payments[payment.id] = replace(payment, money=Money.parse("49", "USD"))
    found = await reconcile_payments(world.services, START)
    assert [(each.kind.value, each.payment) for each in found] == [("amount differs", payment.id)]
    assert "50.00" in found[0].detail
    assert "49.00" in found[0].detail
    assert ACCOUNT in found[0].detail


async def test_a_second_currency_on_a_payment_is_reported_once(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments.values()
    world.payments.payments[payment.id] = replace(payment, money=Money.parse("50", "EUR"))
    found = await reconcile_payments(world.services, START)
    assert [(each.kind.value, each.payment) for each in found] == [("currency differs", payment.id)]
    assert "50.000000 USD, 50.000000 EUR was taken" in found[0].detail


async def test_a_payment_of_the_other_mode_is_reported_and_never_booked(world, tenant):
    about = await words_of_a_purchase(world, tenant, reference="a test payment")
    payment = await made_elsewhere(world, about, amount="20")
    world.payments.payments[payment] = replace(world.payments.payments[payment], is_of_other_mode=True)
    assert await differences(world) == [("other mode", payment)]
    assert await tenant.balance() == "50"


async def test_a_lot_with_an_unknown_payment_is_reported(world, tenant):
    await tenant.grant("100")
    world.clock.forward(seconds=1)
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments
    del world.payments.payments[payment]
    assert await differences(world) == [("payment missing", payment)]


async def test_a_lot_with_an_unsuccessful_payment_is_reported(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    [payment] = world.payments.payments.values()
    world.payments.payments[payment.id] = replace(payment, state=PaymentState.CANCELLED)
    assert await differences(world) == [("not taken", payment.id)]


async def test_a_payment_that_succeeds_after_the_list_was_read_is_no_difference(world, tenant):
    """Lots are read after the list, so payments that were settled in between are retrieved again."""
    listed = world.payments.since

    async def then_another_is_bought(at):
        async for payment in listed(at):
            yield payment
        await tenant.buy("60", key="buy-2", paymentMethod=VISA)

    world.payments.since = then_another_is_bought
    world.services = world.process()
    await tenant.buy(paymentMethod=VISA)
    assert await differences(world) == []


async def test_lots_from_before_the_compared_days_are_not_reported(world, tenant):
    await tenant.buy(paymentMethod=VISA)
    world.clock.forward(days=8)
    assert await differences(world, world.clock.now()) == []
    world.payments.payments.clear()
    assert await differences(world, world.clock.now()) == []


async def test_grants_by_operators_need_no_payment(world, tenant):
    await tenant.grant("100")
    assert await differences(world) == []


async def test_all_accounts_are_compared_and_each_difference_has_its_account(world, tenant):
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    for each in (tenant, other):
        await each.buy(paymentMethod=VISA, key=each.account)
    payments = list(world.payments.payments)
    world.payments.payments.clear()
    found = await reconcile_payments(world.services, START)
    assert {(each.payment, each.detail.rpartition(" ")[2]) for each in found} == set(
        zip(payments, (tenant.account, other.account), strict=True)
    )


async def test_an_account_that_recharges_meanwhile_is_compared_correctly(world, tenant):
    await about_to_recharge(tenant)
    await report(world, call(called=LEEDS))
    assert await differences(world) == []
    await world.drain()
    assert await differences(world) == []
