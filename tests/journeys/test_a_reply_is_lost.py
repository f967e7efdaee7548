from datetime import timedelta

import pytest


@pytest.fixture
def bank(customer):
    """The payment provider, restored after the test."""
    yield customer
    customer.bank("webhooks", mode="normal")


def test_the_webhook_alone_settles_a_purchase_whose_reply_was_lost(bank):
    bank.bank("outcome", outcome="timeout_after")
    lost = bank.buy(50, "order-1")
    assert (lost.status_code, lost.json()["code"]) == (503, "unavailable")
    assert int(lost.headers["Retry-After"]) > 0
    assert bank.balance == 50
    again = bank.buy(50, "order-1")
    assert (again.status_code, again.json()["state"]) == (201, "succeeded")
    assert bank.charges == [("succeeded", 1, 0)]
    assert len(bank.items("/lots")) == 1


def test_without_reply_and_webhook_the_alarm_checks_the_payment(bank, machine):
    bank.bank("webhooks", mode="drop")
    bank.bank("outcome", outcome="timeout_after")
    assert bank.buy(50, "order-1").status_code == 503
    assert bank.balance == 0
    machine.move_clock(machine.now() + timedelta(minutes=5))
    assert bank.balance == 50
    assert bank.charges == [("succeeded", 1, 0)]


def test_duplicated_and_reordered_webhooks_make_one_lot(bank):
    for mode in ("double", "reorder"):
        bank.bank("webhooks", mode=mode)
        bank.buy(50, f"order-{mode}")
    assert bank.balance == 100
    assert len(bank.items("/lots")) == 2
