"""Payments whose webhooks were lost, and what a reconciliation finds."""

from shared.kernel.ids import CardId
from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, Presence
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from tests.fakes.world import ACCOUNT, START

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
