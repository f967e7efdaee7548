"""Declined recharges: retried by class on the same payment, and notified (R4)."""

import pytest

from local.stand_ins.stripe.cards import DECLINES
from tests.tenant import BOSTON, call, report, usd
from tests.use_cases.recharging import about_to_recharge, cross, emails, tries

HARD = ("expired_card", "lost_card", "stolen_card", "fraudulent", "incorrect_cvc")


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    return tenant


async def test_a_decline_for_insufficient_funds_is_retried_after_an_hour_on_the_same_payment(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    order = await tenant.auto_recharge()
    assert (order["slot"], order["nextAttempt"], order["reason"]) == (
        "declined",
        "2026-03-01T13:00:00Z",
        "insufficient_funds",
    )
    await world.tick(minutes=59)
    assert tries(world) == [False]
    await world.tick(minutes=1)
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await tenant.balance() == "60"
    assert await world.audit() == []


@pytest.mark.parametrize("lowered", [{"largestCharge": usd("100")}, {"monthlyCap": usd("100")}])
async def test_a_declined_recharge_is_not_retried_above_a_lowered_limit(world, tenant, lowered):
    world.payments.next_outcome("insufficient_funds")
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("180"))
    await world.drain()
    assert [payment.money.text for payment in world.payments.payments.values()] == ["200.000000"]
    await tenant.set_auto_recharge(trigger=usd("180"), **lowered)
    await world.tick(hours=1)
    await world.drain()
    assert await tenant.booked() == [("recharge", "100")]
    assert tries(world) == [False, True]
    assert await world.audit() == []


async def test_after_four_retries_of_a_soft_decline_the_recharge_waits_for_an_administrator(world, tenant):
    world.payments.next_outcome("insufficient_funds", times=9)
    await about_to_recharge(tenant)
    await cross(tenant)
    at = []
    for hour in range(1, 24 * 10):
        before = len(tries(world))
        await world.tick(hours=1)
        at += [hour] * (len(tries(world)) - before)
    assert at == [1, 7, 31, 103]
    assert len(world.payments.payments) == 1
    order = await tenant.auto_recharge()
    assert (order["slot"], order["nextAttempt"]) == ("declined", None)
    subjects = [subject for subject, _ in await emails(world)]
    assert subjects == ["Communications Credits: recharge of $50.00 failed, we will try again"] * 4 + [
        "Communications Credits: recharge of $50.00 failed, please act"
    ]
    assert await world.audit() == []


@pytest.mark.parametrize("outcome", HARD)
async def test_a_hard_decline_is_notified_and_not_retried_on_that_card(world, tenant, outcome):
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    await cross(tenant)
    for days in (1, 5, 30):
        await world.tick(days=days)
        await cross(tenant, f"after {days}")
    assert tries(world) == [False]
    assert [subject for subject, _ in await emails(world)] == [
        "Communications Credits: recharge of $50.00 failed, please act",
    ]
    shown = await tenant.auto_recharge()
    assert (shown["enabled"], shown["slot"], shown["reason"], shown["nextAttempt"]) == (
        False,
        "declined",
        outcome,
        None,
    )


async def test_an_administrators_word_outlives_a_new_card(world, tenant):
    """Auto-recharge that an administrator leaves off after the refusal is not switched on by a card (R5)."""
    world.payments.next_outcome("lost_card")
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.set_auto_recharge(enabled=False)
    await tenant.store_card("pm_card_mastercard")
    await world.drain()
    shown = await tenant.auto_recharge()
    assert (shown["enabled"], shown["slot"], tries(world)) == (False, "idle", [False])


@pytest.mark.parametrize("outcome", [*HARD, "insufficient_funds"])
async def test_a_new_card_is_charged_at_once_and_on_the_same_payment(world, tenant, outcome):
    """A card resets (R4). If auto-recharge is only off because its last card was refused, it continues with it."""
    world.payments.next_outcome(outcome)
    await about_to_recharge(tenant)
    await cross(tenant)
    await world.tick(minutes=30)
    await tenant.store_card("pm_card_mastercard")
    await world.drain()
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await tenant.balance() == "60"


async def test_a_new_card_is_charged_and_not_the_declined_one_before_it(world, tenant):
    """Even after a soft decline: a card whose every charge fails would keep the new one from ever being charged."""
    await about_to_recharge(tenant, "pm_card_chargeCustomerFail")
    await cross(tenant)
    await tenant.store_card("pm_card_mastercard")
    await world.drain()
    assert tries(world) == [False, True]
    assert await tenant.balance() == "60"
    # The order of the cards stands: the next recharge begins with the first one.
    await report(world, call("spends", called=BOSTON, seconds=7_000))
    await world.drain()
    assert tries(world) == [False, True, False]
    assert world.payments.charges[-1].card == world.payments.charges[0].card


async def test_after_a_hard_decline_the_next_stored_card_is_charged_at_once(world, tenant):
    world.payments.next_outcome("lost_card")
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await cross(tenant)
    assert tries(world) == [False, True]
    assert len({charge.card for charge in world.payments.charges}) == 2
    assert len(world.payments.payments) == 1
    assert await tenant.booked("recharge") == [("recharge", "50")]
    # The next crossing does not use the card that was permanently declined.
    await report(world, call("spends", called=BOSTON, seconds=7_000))
    await world.drain()
    assert tries(world) == [False, True, True]
    assert world.payments.charges[-1].card == world.payments.charges[-2].card


async def test_a_card_that_is_stored_again_while_it_is_charged_is_not_charged_after_its_refusal(world, tenant):
    """The bank answers a day later, when the record that was charged is gone."""
    world.payments.next_outcome("processing")
    await about_to_recharge(tenant, "pm_card_visa", "pm_card_mastercard")
    await cross(tenant)
    await tenant.remove_card((await tenant.cards())[0]["id"])
    await tenant.store_card("pm_card_visa")
    world.payments.next_outcome("lost_card")  # the second card
    world.payments.resolve(*world.payments.payments, "lost_card")
    await world.tick(days=1)
    assert tries(world) == [False, False]
    assert [card["refused"] for card in await tenant.cards()] == [True, True]


async def test_a_lost_card_without_advice_code_is_not_retried(world, tenant, monkeypatch):
    monkeypatch.setitem(DECLINES, "lost_card", ("card_declined", "lost_card"))
    world.payments.next_outcome("lost_card")
    await about_to_recharge(tenant)
    await cross(tenant)
    shown = await tenant.auto_recharge()
    assert (shown["enabled"], shown["reason"], shown["nextAttempt"]) == (False, "lost_card", None)
    await world.tick(days=5)
    assert tries(world) == [False]


async def test_a_card_removed_at_the_provider_is_a_hard_decline(world, tenant):
    card = await tenant.store_card()
    await world.payments.remove(card["id"])
    await about_to_recharge(tenant, "pm_card_mastercard")
    await cross(tenant)
    assert tries(world) == [True]
    assert "removed" in (await emails(world))[0][1]


async def test_an_expired_card_is_notified_as_expired(world, tenant):
    await about_to_recharge(tenant)
    (card,) = world.payments._cards
    world.payments.set_expiry(card, 2026, 2)
    await cross(tenant)
    ((subject, text),) = await emails(world)
    assert subject.endswith("please act")
    assert "expired" in text


async def test_a_card_that_requires_authentication_declines_a_recharge(world, tenant):
    await about_to_recharge(tenant, "pm_card_authenticationRequired")
    await cross(tenant)
    assert (await tenant.auto_recharge())["reason"] == "authentication_required"
    await world.tick(days=5)
    assert tries(world) == [False]


async def test_a_refused_card_cannot_be_stored_again(world, tenant):
    world.payments.next_outcome("stolen_card")
    await about_to_recharge(tenant)
    await cross(tenant)
    with pytest.raises(Exception, match="refused"):
        await tenant.store_card()
    await world.drain()
    assert tries(world) == [False]


async def test_a_purchase_above_the_trigger_ends_a_declined_recharge(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.buy(paymentMethod="pm_card_mastercard")
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    await world.tick(days=5)
    assert await tenant.booked("recharge") == []
    assert await tenant.balance() == "60"
    states = sorted(str(payment.state) for payment in world.payments.payments.values())
    assert states == ["cancelled", "succeeded"]


async def test_a_purchase_below_the_trigger_restarts_the_schedule(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await tenant.set_auto_recharge(trigger=usd("500"), largestCharge=usd("500"))
    await world.drain()
    assert tries(world) == [False]
    await tenant.buy(paymentMethod="pm_card_mastercard")
    await world.drain()
    assert tries(world) == [False, True, True]  # the purchase, and the recharge at once


async def test_a_recharge_that_is_no_longer_wanted_at_its_retry_is_cancelled(world, tenant):
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    await tenant.grant("100", "PO-2")
    await world.tick(hours=1)
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert tries(world) == [False]
    assert [str(payment.state) for payment in world.payments.payments.values()] == ["cancelled"]
