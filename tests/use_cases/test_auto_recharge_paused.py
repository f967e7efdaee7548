"""One crossing never causes a series of charges; the reason of a pause is shown and notified once (R3, R4)."""

import pytest

from shared.ledger.book import OPEN_LOTS_MAX
from tests.tenant import BOSTON, call, plain, report, usd

ANN = {"address": "ann@example.com", "roles": ["billing"]}


@pytest.fixture
async def tenant(tenant):
    """A tenant with a hundred dollars, a card, and a largest charge of fifty."""
    await tenant.set_administrators(ANN)
    await tenant.store_card()
    await tenant.grant("100")
    await tenant.set_auto_recharge(largestCharge=usd("50"))
    return tenant


def recharges(world):
    return [charge for charge in world.payments.charges if charge.succeeded]


def told_of_pauses(world):
    said = ("largest charge", "auto-recharge has reached its monthly cap")
    return [email for email in world.mail.emails if any(words in email.subject for words in said)]


async def spend(world, name, dollars):
    await report(world, call(name, called=BOSTON, seconds=round((dollars - 0.10) * 120)))
    await world.drain()


@pytest.mark.usefixtures("tenant")
async def test_a_gap_of_500_with_a_largest_charge_of_50_leads_to_one_charge_per_hour(world):
    await spend(world, "large", 500)
    assert len(recharges(world)) == 1
    await world.tick(minutes=59)
    assert len(recharges(world)) == 1
    for charges in range(2, 6):
        await world.tick(hours=1)
        assert len(recharges(world)) == charges
    assert len(told_of_pauses(world)) == 1
    assert "$50.00" in told_of_pauses(world)[0].text
    assert await world.audit() == []


async def test_the_pause_is_shown_with_reason_and_end(world, tenant):
    await spend(world, "large", 500)
    assert (await tenant.auto_recharge())["paused"] == {
        "reason": "largest_charge",
        "since": "2026-03-01T12:00:00Z",
        "until": "2026-03-01T13:00:00Z",
    }


@pytest.mark.usefixtures("tenant")
async def test_calls_during_the_pause_cause_no_charge(world):
    await spend(world, "large", 500)
    for number in range(20):
        await spend(world, f"more {number}", 5)
    assert len(recharges(world)) == 1


async def test_the_pause_ends_when_the_balance_is_above_the_trigger(world, tenant):
    await spend(world, "large", 200)
    assert (await tenant.auto_recharge())["paused"] is not None
    await tenant.grant("200", "PO-2")
    assert (await tenant.auto_recharge())["paused"] is None
    await spend(world, "again", 145)
    assert len(recharges(world)) == 2  # another crossing, at once


async def test_a_larger_largest_charge_ends_the_pause_at_once(world, tenant):
    await spend(world, "large", 500)
    await tenant.set_auto_recharge(largestCharge=usd("1000"))
    await world.drain()
    assert [plain(lot["original"]) for lot in await tenant.lots() if lot["source"] == "recharge"] == ["50", "400"]
    assert (await tenant.auto_recharge())["paused"] is None


async def test_setting_the_same_values_again_does_not_change_the_pause(world, tenant):
    await spend(world, "large", 500)
    before = (await tenant.auto_recharge())["paused"]
    await tenant.set_auto_recharge(largestCharge=usd("50"))
    await world.drain()
    assert ((await tenant.auto_recharge())["paused"], len(recharges(world))) == (before, 1)


async def test_a_larger_largest_charge_set_by_a_purchase_ends_the_pause_at_once(world, tenant):
    await spend(world, "large", 500)
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50"), "largestCharge": usd("1000")}
    await tenant.buy("50", paymentMethod="pm_card_visa", autoRecharge=order)
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "50"), ("recharge", "350")]
    assert (await tenant.auto_recharge())["paused"] is None


async def test_new_and_spent_lots_do_not_shorten_the_pause(world, tenant):
    for number in range(OPEN_LOTS_MAX - 2):
        await tenant.grant("1", f"PO small {number}", priority=0)
    await tenant.set_auto_recharge(largestCharge=usd("50"), trigger=usd("1000"))
    await world.drain()
    assert len(await tenant.lots()) == OPEN_LOTS_MAX
    for number in range(5):
        await spend(world, f"one lot less {number}", 1)
    assert (len(recharges(world)), len(told_of_pauses(world))) == (1, 1)
    await world.tick(hours=1)
    assert len(recharges(world)) == 2
    assert await world.audit() == []


async def test_an_exhausted_monthly_cap_is_notified_and_ends_with_the_month_without_calls(world, tenant):
    await tenant.set_auto_recharge(monthlyCap=usd("50"))
    await spend(world, "to the trigger", 95)
    await spend(world, "again", 50)
    assert len(recharges(world)) == 1
    assert (await tenant.auto_recharge())["paused"] == {
        "reason": "cap",
        "since": "2026-03-01T12:00:00Z",
        "until": "2026-04-01T00:00:00Z",
    }
    (email,) = told_of_pauses(world)
    assert "$50.00" in email.text
    world.clock.time = world.clock.time.replace(month=4, day=1, hour=0)
    await world.tick()
    assert len(recharges(world)) == 2
    assert (await tenant.auto_recharge())["paused"] is None
    assert await world.audit() == []


async def test_a_charge_reduced_by_the_monthly_cap_pauses_with_that_reason(world, tenant):
    """Two amounts of fifty fit into the cap, five into the largest charge: a larger one would change nothing."""
    await tenant.set_auto_recharge(largestCharge=usd("250"), monthlyCap=usd("120"))
    await spend(world, "large", 500)
    assert await tenant.booked("recharge") == [("recharge", "100")]
    assert (await tenant.auto_recharge())["paused"] == {
        "reason": "cap",
        "since": "2026-03-01T12:00:00Z",
        "until": "2026-04-01T00:00:00Z",
    }
    (email,) = told_of_pauses(world)
    assert "cap" in email.subject


async def test_the_email_about_zero_distinguishes_paused_from_disabled(world, tenant):
    await tenant.set_auto_recharge(monthlyCap=usd("50"))
    await spend(world, "to the trigger", 95)
    await spend(world, "to zero", 60)
    (email,) = [email for email in world.mail.emails if "zero" in email.subject]
    assert "paused" in email.text
    assert "Auto-recharge is off" not in email.text
