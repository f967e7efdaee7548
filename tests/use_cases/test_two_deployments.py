"""Two deployments, the same tenant, one account at the payment provider: each minds its own payments (R29)."""

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
    """The same tenant at another deployment, which uses the same account of the provider."""
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
    """A payment that stands at the provider, made by nobody who has told us."""
    words = {"account": ACCOUNT, "purpose": "purchase", "reference": "x", **about}
    order = PaymentOrder(money or Money.parse("50", "USD"), customer, words)
    payment = await world.payments.create(order, f"make {len(world.payments.payments)}")
    if pays:
        await world.payments.confirm(Confirmation(payment.id, VISA, Presence.BUYER_PRESENT), f"pay {payment.id}")
    return payment.id


async def customer_of(world):
    return (await world.services.book(ACCOUNT)).settings.customer


async def test_every_payment_names_the_deployment_that_made_it(world, tenant, other):
    await tenant.buy(paymentMethod=VISA)
    await about_to_recharge(other)
    await cross(other)
    named = [payment.about["deployment"] for payment in world.payments.payments.values()]
    assert named == ["credits", "staging"]


async def test_a_payment_of_another_deployment_is_settled_by_that_one_alone(world, tenant, other):
    bought = (await other.buy(paymentMethod=ASKING)).value
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    await settle_payment(world.services, payment)
    assert await differences(world) == []
    assert await tenant.booked() == []
    await settle_payment(other.world.services, payment)
    assert (await other.purchase(bought["id"]))["state"] == "succeeded"
    assert await other.booked() == [("purchase", "50")]


async def test_what_waits_at_another_deployment_is_not_cancelled_by_the_reconciliation(world, tenant, other):
    await other.buy(paymentMethod=ASKING)
    await other.grant("10.01")
    assert await differences(world) == []
    assert {payment.state for payment in world.payments.payments.values()} == {PaymentState.REQUIRES_ACTION}
    assert await tenant.booked() == []


async def test_a_declined_payment_of_another_deployment_ends_nothing_here(world, tenant, other):
    """The slots of both are called 1, and both purchases may have one name."""
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


async def test_a_payment_of_the_release_before_is_known_by_its_customer_and_its_money_is_never_lost(world, tenant):
    await tenant.store_card()
    payment = await made(world, customer=await customer_of(world))
    await settle_payment(world.services, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_payment_of_the_release_before_is_known_by_its_id_whatever_the_customer_says(world, tenant):
    await tenant.buy(paymentMethod=ASKING)
    (payment,) = world.payments.payments
    known = world.payments.payments[payment]
    about = {word: value for word, value in known.about.items() if word != "deployment"}
    world.payments.payments[payment] = replace(known, about=about, customer="")
    world.payments.resolve(payment, "succeed")
    await settle_payment(world.services, payment)
    assert await tenant.booked() == [("purchase", "50")]
    assert await differences(world) == []  # settled: the marker knows it


async def test_a_payment_of_the_release_before_that_nothing_here_knows_is_another_s_and_is_named(world, tenant):
    paid, unpaid = await made(world), await made(world, pays=False)
    await settle_payment(world.services, paid)
    assert await tenant.booked() == []
    assert await differences(world) == [("not ours", paid)]
    assert world.payments.payments[unpaid].state is PaymentState.UNCONFIRMED


async def test_a_purchase_that_was_called_off_here_is_still_known_by_its_payment(world, tenant):
    bought = (await tenant.buy(paymentMethod=ASKING)).value
    (payment,) = world.payments.payments
    await tenant.cancel(bought["id"])
    renamed = replace(world.services, rules=replace(world.services.rules, deployment="moved"))
    world.payments.payments[payment] = replace(
        world.payments.payments[payment], state=PaymentState.SUCCEEDED, charged_at=world.clock.now()
    )
    await settle_payment(renamed, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_a_deployment_that_was_given_another_name_still_settles_what_it_began(world, tenant):
    await tenant.buy(paymentMethod=ASKING)
    (payment,) = world.payments.payments
    world.payments.resolve(payment, "succeed")
    renamed = replace(world.services, rules=replace(world.services.rules, deployment="moved"))
    await settle_payment(renamed, payment)
    assert await tenant.booked() == [("purchase", "50")]


async def test_money_of_another_currency_is_never_granted_and_is_named_each_night(world, tenant, caplog):
    payment = await made(world, money=Money.parse("7500", "JPY"), deployment="credits")
    with caplog.at_level(logging.ERROR):
        await settle_payment(world.services, PaymentId(payment))  # and the provider is not asked to send it again
    assert f"payment {payment}" in caplog.text
    assert await tenant.booked() == []
    for _ in range(2):
        assert await differences(world) == [("currency differs", payment)]
    assert plain((await tenant.grant("1")).value["original"]) == "1"


async def test_a_payment_that_names_no_account_here_is_a_difference_only_when_this_deployment_is_said_to_have_made_it(
    world, tenant
):
    nobody = "00000000-0000-4000-8000-00000000dead"
    ours = await made(world, account=nobody, deployment="credits")
    await made(world, account=nobody, deployment="staging")
    assert await differences(world) == [("no account", ours)]
    assert await tenant.booked() == []
