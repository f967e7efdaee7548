"""Lots that the provider's payments do not explain (R29): they are reported to operators, and nothing is booked."""

from dataclasses import replace

from shared.kernel.money import Money
from shared.ports import PaymentState
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from tests.fakes.world import ACCOUNT, START
from tests.tenant import LEEDS, Tenant, call, report
from tests.use_cases.recharging import about_to_recharge
from tests.use_cases.reconciling import VISA, differences


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
