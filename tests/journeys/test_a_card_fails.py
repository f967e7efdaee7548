from datetime import timedelta
from decimal import Decimal

import pytest

from shared.kernel.times import parse_instant


@pytest.fixture
def armed(customer):
    """Buy 50 dollars, and enable auto-recharge at 40."""
    customer.buy(50, "first")
    customer.arm(trigger=40, amount=50)
    return customer


def cross(customer, name):
    """Report a call that brings the balance below the trigger."""
    customer.report(customer.call(name, minutes=1000))


def test_a_declined_recharge_is_notified_and_retried_on_the_same_payment_until_it_succeeds(armed, machine):
    armed.bank("outcome", outcome="insufficient_funds", times=2)
    cross(armed, "crossing")
    slot = armed.get("/auto-recharge")
    assert (slot["slot"], slot["reason"]) == ("declined", "insufficient_funds")
    assert armed.emails == ["Communications Credits: recharge of $50.00 failed, we will try again"]
    due = parse_instant(slot["nextAttempt"])
    assert timedelta(minutes=55) < due - machine.now() <= timedelta(hours=1)

    machine.move_clock(due + timedelta(seconds=1))
    slot = armed.get("/auto-recharge")
    later = parse_instant(slot["nextAttempt"])
    assert slot["slot"] == "declined"
    assert timedelta(hours=5) < later - due <= timedelta(hours=6, minutes=1)
    assert armed.balance == Decimal(38)

    machine.move_clock(later + timedelta(seconds=1))
    assert armed.get("/auto-recharge")["slot"] == "idle"
    assert armed.balance == Decimal(88)
    assert armed.charges == [("succeeded", 1, 0), ("succeeded", 1, 2)]
    assert armed.emails[-1] == "Communications Credits: recharged with $50.00"


def test_an_expired_card_is_notified_and_not_retried_until_another_is_stored(armed, machine):
    [card] = armed.items("/payment-methods")
    armed.bank(f"cards/{card['id']}/expiry", year=machine.now().year - 1, month=1)
    cross(armed, "crossing")
    slot = armed.get("/auto-recharge")
    shown = [slot[name] for name in ("enabled", "slot", "reason", "nextAttempt")]
    assert shown == [False, "declined", "expired_card", None]
    assert armed.emails == ["Communications Credits: recharge of $50.00 failed, please act"]

    machine.move_clock(machine.now() + timedelta(days=8))
    cross(armed, "another")
    assert [failed for *_, failed in armed.charges] == [0, 1]
    assert armed.balance == Decimal(26)
    assert len(armed.emails) == 1

    armed.post("/payment-methods", {"paymentMethod": "pm_card_mastercard"}).raise_for_status()
    shown = [armed.get("/auto-recharge")[name] for name in ("enabled", "slot")]
    assert shown == [True, "idle"]
    assert armed.balance == Decimal(76)
    assert armed.charges[-1] == ("succeeded", 1, 1)
