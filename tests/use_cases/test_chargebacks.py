"""A disputed payment is clawed back from its lot, and given back when the dispute is won (R6)."""

from decimal import Decimal

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import DisputeState
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.payments.money_back import follow_money_back
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from shared.use_cases.refunds.start_refund import start_refund
from tests.fakes.world import START
from tests.tenant import BOSTON, call, code_of, report, usd


@pytest.fixture
async def bought(tenant):
    """An account with a stored card, and a purchase of fifty dollars with it."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.store_card()
    await tenant.buy("50")
    yield tenant
    assert await tenant.world.audit() == []


def payment(world):
    return PaymentId(next(iter(world.payments.payments)))


async def follow(world, times=2):
    """The webhooks of a change, more than once."""
    for _ in range(times):
        await follow_money_back(world.services, payment(world))
    await world.drain()


async def disputed(world, amount=None, *, withdrawn=True):
    name = world.money_back.dispute(payment(world), Money.from_text(amount, "USD") if amount else None)
    if withdrawn:
        world.money_back.withdraw(name)
    await follow(world)
    return name


async def spend(world, minutes, name="spent"):
    await report(world, call(name, called=BOSTON, seconds=60 * minutes, startedAt="2026-03-01T12:00:00Z"))


async def figures(tenant):
    amounts = await tenant.amounts()
    return tuple(amounts[name] for name in ("balance", "spendable", "overdraft"))


async def lot(tenant):
    return (await tenant.lots())[0]


async def test_an_unspent_lot_is_clawed_back_once(bought, world):
    await disputed(world)
    assert await figures(bought) == ("0", "0", "0")
    assert await bought.booked("chargeback") == [("chargeback", "-50")]
    assert (await lot(bought))["state"] == "disputed"
    assert len([email for email in world.mail.emails if "disput" in email.subject]) == 1


async def test_what_was_spent_becomes_overdraft_and_the_next_funds_pay_it(bought, world):
    await spend(world, 10)
    left = Decimal((await bought.amounts())["balance"])
    await disputed(world)
    balance, _, overdraft = await figures(bought)
    assert (balance, Decimal(overdraft)) == ("0", 50 - left)
    await bought.grant("100", "G")
    assert (await bought.amounts())["overdraft"] == "0"


async def test_an_inquiry_changes_nothing(bought, world):
    world.money_back.dispute(payment(world), inquiry=True)
    await follow(world)
    assert await figures(bought) == ("50", "50", "0")
    assert (await bought.auto_recharge())["paused"] is None


async def test_until_money_is_withdrawn_the_lot_counts_and_is_not_spent(bought, world):
    await disputed(world, withdrawn=False)
    assert await figures(bought) == ("50", "0", "0")
    assert (await bought.authorise())["reason"] == "balance_zero"
    (found,) = world.money_back.disputes
    world.money_back.withdraw(found)
    await follow(world)
    assert await figures(bought) == ("0", "0", "0")


async def test_a_dispute_over_a_part_takes_that_part(bought, world):
    await disputed(world, "20.000000")
    assert await figures(bought) == ("30", "0", "0")
    assert await bought.booked("chargeback") == [("chargeback", "-20")]


async def test_a_dispute_that_is_won_gives_everything_back(bought, world):
    await spend(world, 10)
    before = await figures(bought)
    name = await disputed(world)
    world.money_back.close(name, DisputeState.WON)
    await follow(world)
    assert await figures(bought) == before
    assert (await lot(bought))["state"] == "open"


async def test_a_dispute_that_is_lost_stays_disputed(bought, world):
    name = await disputed(world)
    world.money_back.close(name, DisputeState.LOST)
    await follow(world)
    assert await figures(bought) == ("0", "0", "0")
    assert (await lot(bought))["state"] == "disputed"


async def test_a_dispute_won_after_expiry_lapses(bought, world):
    name = await disputed(world)
    world.clock.forward(days=370)
    world.money_back.close(name, DisputeState.WON)
    await follow(world)
    assert await figures(bought) == ("0", "0", "0")


async def test_a_lot_that_was_spent_up_is_clawed_back(bought, world):
    await spend(world, 100)
    overdraft = Decimal((await bought.amounts())["overdraft"])
    assert (await bought.amounts())["balance"] == "0"
    await disputed(world)
    assert Decimal((await bought.amounts())["overdraft"]) == overdraft + 50


async def test_what_a_call_in_progress_has_set_aside_pays_for_it_and_the_rest_pays_the_claw_back(bought, world):
    await bought.authorise("leg-1", wantedSeconds=300)
    await disputed(world)
    assert await figures(bought) == ("0.1", "0", "0.1")
    await report(world, call("call-1", seconds=60, leg="leg-1", startedAt="2026-03-01T12:00:00Z"))
    assert await figures(bought) == ("0", "0", "0.02")


async def test_a_dispute_after_a_refund_takes_only_what_was_withdrawn(bought, world):
    lot_id = (await lot(bought))["id"]
    await bought.request(start_refund, {"lot": lot_id, "amount": usd("20")}, key="refund")
    await disputed(world, "30.000000")
    assert await figures(bought) == ("0", "0", "0")
    body = {"lot": lot_id}
    assert await code_of(bought.request(start_refund, body, key="again")) == "not_refundable"


async def test_a_dispute_pauses_auto_recharge_before_the_card_is_charged_again(bought, world):
    await bought.set_auto_recharge()
    await disputed(world)
    assert len(world.payments.payments) == 1
    assert (await bought.auto_recharge())["paused"]["reason"] == "dispute"
    assert any("paused" in email.subject for email in world.mail.emails)
    await bought.set_auto_recharge()  # an administrator has seen it
    await world.drain()
    assert (await bought.auto_recharge())["paused"] is None
    assert len(world.payments.payments) == 2


async def test_a_dispute_that_is_won_ends_the_pause(bought, world):
    await bought.set_auto_recharge()
    name = await disputed(world)
    world.money_back.close(name, DisputeState.WON)
    await follow(world)
    assert (await bought.auto_recharge())["paused"] is None


async def test_a_fraud_warning_pauses_auto_recharge_and_takes_nothing(bought, world):
    await bought.set_auto_recharge()
    world.money_back.warned.add(payment(world))
    await follow(world)
    assert (await bought.auto_recharge())["paused"]["reason"] == "dispute"
    assert await figures(bought) == ("50", "50", "0")


async def test_a_lost_webhook_is_found_by_the_reconciliation(bought, world):
    name = world.money_back.dispute(payment(world))
    world.money_back.withdraw(name)
    found = await reconcile_payments(world.services, START)
    assert [difference.kind.value for difference in found] == ["money back booked late"]
    assert await figures(bought) == ("0", "0", "0")
    assert await reconcile_payments(world.services, START) == []


async def test_claims_and_refunds_survive_the_loss_of_every_row_but_the_pages(bought, world):
    lot_id = (await lot(bought))["id"]
    await bought.request(start_refund, {"lot": lot_id, "amount": usd("20")}, key="refund")
    await spend(world, 5)
    name = await disputed(world, "30.000000")
    before = await figures(bought)
    rows = world.ledger.partitions[bought.account]
    for key in [key for key in rows if not key.startswith("j:") and key != "a:settings"]:
        del rows[key]
    await rebuild_account(world.process(), bought.account)
    assert await figures(bought) == before
    world.money_back.close(name, DisputeState.WON)
    await follow(world)
