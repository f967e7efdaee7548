"""The unspent part of a paid lot is refunded to its card, in two phases (R6, CONTRACT 2)."""

from decimal import Decimal
from typing import Any

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import PaymentRefusedError, RefundState
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.payments.money_back import follow_money_back
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from shared.use_cases.refunds.advance_refund import advance_refund
from shared.use_cases.refunds.start_refund import start_refund
from shared.views.refunds import list_refunds, read_refund
from tests.fakes.world import START
from tests.tenant import BOSTON, OTHER, Tenant, call, code_of, report, usd


@pytest.fixture
async def bought(tenant):
    """An account with a purchase of fifty dollars."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.buy("50", paymentMethod="pm_card_visa")
    yield tenant
    assert await tenant.world.audit() == []


async def lot_of(tenant, source="purchase"):
    return next(lot["id"] for lot in await tenant.lots() if lot["source"] == source)


async def refund(tenant, amount=None, *, key="refund-1", lot=None):
    body: dict[str, Any] = {"lot": lot or await lot_of(tenant)}
    if amount is not None:
        body["amount"] = usd(amount)
    return await tenant.request(start_refund, body, key=key)


async def listed(tenant):
    return (await tenant.request(list_refunds)).value["items"]


async def state(tenant, name):
    return (await tenant.request(read_refund, refund=name)).value["state"]


def payment(world):
    (known,) = world.payments.payments
    return PaymentId(known)


def subjects(world):
    return [email.subject for email in world.mail.emails]


async def test_without_an_amount_all_that_is_unspent_goes_back_rounded_down_to_a_cent(bought, world):
    await report(world, call(called=BOSTON, seconds=60, startedAt="2026-03-01T12:00:00Z"))
    await report(world, call("short", seconds=60, startedAt="2026-03-01T12:00:00Z"))
    before = (await bought.amounts())["balance"]
    answer = await refund(bought)
    assert answer.status == 201
    assert (answer.value["state"], answer.value["reason"]) == ("succeeded", None)
    refunded = answer.value["amount"]["amount"]
    assert refunded == "49.380000"
    assert before == "49.38"
    assert (await bought.amounts())["balance"] == "0"
    assert await bought.booked("refund") == [("refund", "-49.38")]
    (lot,) = await bought.lots()
    assert lot["state"] == "refunded"
    await world.drain()
    assert any("refunded" in subject for subject in subjects(world))


async def test_a_part_goes_back_and_the_rest_stays_spendable(bought, world):
    answer = await refund(bought, "20")
    assert answer.value["amount"] == usd("20.000000")
    amounts = await bought.amounts()
    assert (amounts["balance"], amounts["spendable"]) == ("30", "30")
    assert await listed(bought) == [answer.value]
    assert [each.money for each in world.money_back.refunds.values()] == [Money.from_text("20.000000", "USD")]


async def test_one_key_makes_one_refund(bought, world):
    first = await refund(bought, "20")
    again = await refund(bought, "20")
    assert (again.status, again.value) == (first.status, first.value)
    assert again.headers == {"Idempotent-Replayed": "true"}
    assert await code_of(refund(bought, "10")) == "idempotency_conflict"
    assert await code_of(refund(bought, "20", key="")) == "idempotency_key_missing"
    assert len(world.money_back.refunds) == 1


@pytest.mark.parametrize("amount", ["50.01", "1000"])
async def test_never_more_than_is_left(bought, amount):
    assert await code_of(refund(bought, amount)) == "lot_spent"


async def test_a_refunded_lot_has_nothing_left(bought):
    await refund(bought)
    assert await code_of(refund(bought, key="refund-2")) == "lot_spent"


@pytest.mark.parametrize("kind", ["paid", "promotional"])
async def test_a_grant_is_not_refunded(bought, kind):
    await bought.grant("10", "G", kind=kind)
    assert await code_of(refund(bought, lot=await lot_of(bought, "grant"))) == "not_refundable"


async def test_an_expired_lot_is_not_refunded(bought, world):
    lot = await lot_of(bought)
    world.clock.forward(days=365)
    assert await code_of(refund(bought, lot=lot)) == "not_refundable"


async def test_an_unknown_lot_and_another_tenants_refund_are_not_found(bought, world):
    assert await code_of(refund(bought, lot="20260301120000000000-0000000000")) == "not_found"
    assert await code_of(refund(bought, lot="no lot")) == "not_found"
    made = await refund(bought, "20")
    other = Tenant(world, OTHER)
    await other.open()
    assert await code_of(state(other, made.value["id"])) == "not_found"


async def test_what_a_call_in_progress_has_set_aside_is_not_refunded(bought):
    await bought.authorise("leg-1", wantedSeconds=300)
    assert (await refund(bought)).value["amount"] == usd("49.900000")
    await bought.release("leg-1")


async def test_a_pending_refund_is_set_aside_until_the_bank_has_answered(bought, world):
    world.money_back.next_state = RefundState.PENDING
    made = (await refund(bought, "20")).value
    amounts = await bought.amounts()
    assert (made["state"], amounts["balance"], amounts["spendable"], amounts["held"]) == ("pending", "50", "30", "0")
    (found,) = world.money_back.refunds
    world.money_back.resolve(found, RefundState.SUCCEEDED)
    await world.tick(minutes=5)  # no webhook arrives: the alarm asks
    assert await state(bought, made["id"]) == "succeeded"
    assert (await bought.amounts())["balance"] == "30"


async def test_a_refund_that_the_provider_refuses_is_credit_again(bought, world):
    world.payments.refuse("charge_disputed", on="refund")
    made = (await refund(bought, "20")).value
    assert (made["state"], made["reason"]) == ("failed", "charge_disputed")
    amounts = await bought.amounts()
    assert (amounts["balance"], amounts["spendable"]) == ("50", "50")
    assert await bought.booked("refund") == []


@pytest.mark.parametrize("is_booked", [True, False])
async def test_a_call_that_is_sent_a_day_late_and_refused_does_not_undo_the_refund(
    bought, world, monkeypatch, is_booked
):
    """The provider has forgotten the key by then, and refuses what is already refunded."""
    send = world.money_back.refund

    async def send_late(order, key):
        monkeypatch.setattr(world.money_back, "refund", send)
        if is_booked:  # by another process
            await advance_refund(world.services, bought.account, (await listed(bought))[0]["id"])
        else:  # the other process was stopped before it booked anything
            await send(order, key)
        world.clock.forward(hours=25)
        raise PaymentRefusedError("charge_already_refunded")

    monkeypatch.setattr(world.money_back, "refund", send_late)
    await refund(bought, "20")
    assert [each["state"] for each in await listed(bought)] == ["succeeded"]
    assert await bought.booked() == [("purchase", "50"), ("refund", "-20")]
    assert len(world.money_back.refunds) == 1


async def test_a_refund_that_fails_later_is_given_back(bought, world):
    made = (await refund(bought, "20")).value
    (found,) = world.money_back.refunds
    world.money_back.resolve(found, RefundState.FAILED, "lost_or_stolen_card")
    for _ in range(2):  # webhooks are repeated
        await follow_money_back(world.services, payment(world))
    assert await state(bought, made["id"]) == "failed"
    assert await bought.booked() == [("purchase", "50"), ("refund", "-20"), ("correction", "20")]
    await world.drain()
    assert any("has failed" in subject for subject in subjects(world))


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "error_500_after"])
async def test_a_lost_answer_refunds_once(bought, world, fault):
    world.payments.next_outcome(fault, on="refund")
    with pytest.raises(Exception):  # noqa: B017, PT011 - the request is answered as an outage
        await refund(bought, "20")
    assert (await bought.amounts())["spendable"] == "30"
    for _ in range(30):
        await world.tick(hours=1)
    (made,) = await listed(bought)
    assert made["state"] == "succeeded"
    assert len(world.money_back.refunds) == 1
    assert await bought.booked("refund") == [("refund", "-20")]


async def test_a_refund_made_with_the_providers_own_tools_is_booked_once(bought, world):
    await report(world, call(called=BOSTON, seconds=1200, startedAt="2026-03-01T12:00:00Z"))
    spent = 50 - Decimal((await bought.amounts())["balance"])
    world.money_back.refund_by_hand(payment(world), Money.from_text("50.000000", "USD"))
    for _ in range(2):
        await follow_money_back(world.services, payment(world))
    amounts = await bought.amounts()
    assert (amounts["balance"], Decimal(amounts["overdraft"])) == ("0", spent)
    assert await bought.booked("refund") == [("refund", "-50")]


async def test_a_refund_that_reaches_the_trigger_switches_auto_recharge_off(bought, world):
    await bought.store_card()
    await bought.set_auto_recharge(trigger=usd("40"))
    await refund(bought, "10")
    await world.drain()
    shown = await bought.auto_recharge()
    assert (shown["enabled"], shown["slot"]) == (False, "idle")
    assert len(world.payments.payments) == 1  # nothing was charged
    assert any("switched off" in subject for subject in subjects(world))


async def test_a_refund_above_the_trigger_leaves_auto_recharge_on(bought):
    await bought.store_card()
    await bought.set_auto_recharge(trigger=usd("39"))
    await refund(bought, "10")
    assert (await bought.auto_recharge())["enabled"] is True


async def test_a_refund_that_fails_after_the_account_was_closed_is_reported_every_night(bought, world):
    await refund(bought)
    await bought.request(close_account)
    (made,) = [each async for each in world.money_back.refunds_of(payment(world))]
    world.money_back.resolve(made.id, RefundState.FAILED, "expired_or_canceled_card")
    for _ in range(2):
        (found,) = await reconcile_payments(world.services, START)
        assert found.kind.value == "money back differs"
        assert "failed after the account was closed" in found.detail
        assert "50.000000" in found.detail


async def test_a_refund_that_failed_before_the_account_was_closed_is_not_reported(bought, world):
    await refund(bought)
    (failed,) = [each async for each in world.money_back.refunds_of(payment(world))]
    world.money_back.resolve(failed.id, RefundState.FAILED, "expired_or_canceled_card")
    await follow_money_back(world.services, payment(world))
    await refund(bought, key="refund-2")
    await bought.request(close_account)
    assert await reconcile_payments(world.services, START) == []
