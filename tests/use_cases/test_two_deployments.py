"""Two deployments with the same tenant and one account at the provider: each handles only its own payments (R29)."""

import logging
from dataclasses import replace

import pytest

from shared.kernel.ids import CardId, PaymentId
from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, PaymentState, Presence
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from shared.use_cases.payments.settle_payment import settle_payment
from tests.fakes.world import ACCOUNT, START, World
from tests.tenant import Tenant, plain
from tests.use_cases.recharging import about_to_recharge, cross

VISA = CardId("pm_card_visa")
ASKING = "pm_card_authenticationRequired"


@pytest.fixture
async def other(world, tenant):
    """The same tenant in another deployment with the same account at the provider."""
    assert tenant.account == ACCOUNT
    elsewhere = World()
    elsewhere.clock, elsewhere.payments = world.clock, world.payments
    made = elsewhere.process()
    elsewhere.services = replace(made, rules=replace(made.rules, deployment="staging"))
    await elsewhere.publish()
    theirs = Tenant(elsewhere)
    await theirs.open()
    return theirs


async def differences(world):
    return [(each.kind.value, each.payment) for each in await reconcile_payments(world.services, START)]


async def made(world, *, customer="cus_theirs", money=None, pays=True, **about):
    """A payment at the provider that was created elsewhere."""
    words = {"account": ACCOUNT, "purpose": "purchase", "reference": "x", **about}
    order = PaymentOrder(money or Money.parse("50", "USD"), customer, words)
    payment = await world.payments.create(order, f"make {len(world.payments.payments)}")
    if pays:
        await world.payments.confirm(Confirmation(payment.id, VISA, Presence.BUYER_PRESENT), f"pay {payment.id}")
    return payment.id


async def customer_of(world):
    return (await world.services.book(ACCOUNT)).settings.customer


async def test_every_payment_contains_its_deployment(world, tenant, other):
    await tenant.buy(paymentMethod=VISA)
    await about_to_recharge(other)
    await cross(other)
    named = [payment.metadata["deployment"] for payment in world.payments.payments.values()]
    assert named == ["credits", "staging"]


async def test_a_payment_is_settled_only_by_its_own_deployment(world, tenant, other):
    bought = (await other.buy(paymentMethod=ASKING)).value
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    await settle_payment(world.services, payment)
    assert await differences(world) == []
    assert await tenant.booked() == []
    await settle_payment(other.world.services, payment)
    assert (await other.purchase(bought["id"]))["state"] == "succeeded"
    assert await other.booked() == [("purchase", "50")]


async def test_the_reconciliation_does_not_cancel_payments_of_other_deployments(world, tenant, other):
    await other.buy(paymentMethod=ASKING)
    await other.grant("10.01")
    assert await differences(world) == []
    assert {payment.state for payment in world.payments.payments.values()} == {PaymentState.REQUIRES_ACTION}
    assert await tenant.booked() == []


async def test_a_declined_payment_of_another_deployment_changes_nothing(world, tenant, other):
    """Both slots have the number 1, and both purchases may have the same name."""
    for each in (tenant, other):
        await about_to_recharge(each)
    world.payments.next_outcome("insufficient_funds", times=2)
    await cross(tenant)
    await cross(other)
    mine, theirs = world.payments.payments
    await world.payments.cancel(theirs)
    await settle_payment(world.services, theirs)
    await settle_payment(world.services, mine)
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "declined"


async def test_a_payment_of_an_earlier_release_is_recognised_by_its_customer_and_settled(world, tenant):
    await tenant.store_card()
    payment = await made(world, customer=await customer_of(world))
    await settle_payment(world.services, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_payment_of_an_earlier_release_is_recognised_by_its_id_with_any_customer(world, tenant):
    await tenant.buy(paymentMethod=ASKING)
    (payment,) = world.payments.payments
    known = world.payments.payments[payment]
    about = {word: value for word, value in known.metadata.items() if word != "deployment"}
    world.payments.payments[payment] = replace(known, metadata=about, customer="")
    world.payments.resolve(payment, "succeed")
    await settle_payment(world.services, payment)
    assert await tenant.booked() == [("purchase", "50")]
    assert await differences(world) == []  # settled, as its marker shows


async def test_an_unknown_payment_of_an_earlier_release_is_reported_as_foreign(world, tenant):
    paid, unpaid = await made(world), await made(world, pays=False)
    await settle_payment(world.services, paid)
    assert await tenant.booked() == []
    assert await differences(world) == [("not ours", paid)]
    assert world.payments.payments[unpaid].state is PaymentState.UNCONFIRMED


async def test_a_cancelled_purchase_is_still_found_by_its_payment(world, tenant):
    bought = (await tenant.buy(paymentMethod=ASKING)).value
    (payment,) = world.payments.payments
    await tenant.cancel(bought["id"])
    renamed = replace(world.services, rules=replace(world.services.rules, deployment="moved"))
    world.payments.payments[payment] = replace(
        world.payments.payments[payment], state=PaymentState.SUCCEEDED, charged_at=world.clock.now()
    )
    await settle_payment(renamed, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_renamed_deployment_still_settles_its_earlier_payments(world, tenant):
    await tenant.buy(paymentMethod=ASKING)
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    renamed = replace(world.services, rules=replace(world.services.rules, deployment="moved"))
    await settle_payment(renamed, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_payment_in_another_currency_is_never_granted_and_reported_each_night(world, tenant, caplog):
    payment = await made(world, money=Money.parse("7500", "JPY"), deployment="credits")
    with caplog.at_level(logging.ERROR):
        await settle_payment(world.services, PaymentId(payment))  # acknowledged, so it is not repeated
    assert f"payment {payment}" in caplog.text
    assert await tenant.booked() == []
    for _ in range(2):
        assert await differences(world) == [("currency differs", payment)]
    assert plain((await tenant.grant("1")).value["original"]) == "1"


async def test_a_payment_of_an_unknown_account_is_a_difference_only_with_this_deployments_name(world, tenant):
    nobody = "00000000-0000-4000-8000-00000000dead"
    ours = await made(world, account=nobody, deployment="credits")
    await made(world, account=nobody, deployment="staging")
    assert await differences(world) == [("no account", ours)]
    assert await tenant.booked() == []
