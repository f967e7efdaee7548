from decimal import Decimal

import pytest

from tests.proofs.prove.http_client import money, usd


def test_a_purchase_makes_a_lot_and_the_same_key_no_second_one(customer):
    first = customer.buy(50, "order-1")
    again = customer.buy(50, "order-1")
    assert (first.status_code, first.json()["state"]) == (201, "succeeded")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    [lot] = customer.items("/lots")
    assert (lot["id"], lot["source"], money(lot["original"])) == (first.json()["lot"], "purchase", Decimal(50))
    assert customer.charges == [("succeeded", 1, 0)]
    assert customer.movements == [("purchase", Decimal(50))]


def test_a_key_with_other_content_is_refused(customer):
    customer.buy(50, "order-1")
    other = customer.buy(60, "order-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    assert other.headers["Content-Type"] == "application/problem+json"
    assert customer.balance == 50


def test_a_declined_purchase_has_a_reason_and_is_never_charged(customer):
    declined = customer.buy(50, "order-1", "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert (declined.status_code, declined.json()["state"]) == (201, "declined")
    assert declined.json()["reason"] == "insufficient_funds"
    assert customer.balance == 0
    assert [status for status, *_ in customer.charges] == ["canceled"]
    assert customer.buy(50, "order-2").json()["state"] == "succeeded"
    states = {item["id"]: item["state"] for item in customer.items("/purchases")}
    assert sorted(states.values()) == ["declined", "succeeded"]


def test_a_purchase_that_requires_action_is_completed_by_the_card_holder(customer):
    waiting = customer.buy(50, "order-1", "pm_card_authenticationRequired").json()
    assert waiting["state"] == "requiresAction"
    assert waiting["clientSecret"]
    assert customer.balance == 0
    payment = waiting["clientSecret"].partition("_secret_")[0]
    customer.bank(f"payments/{payment}/resolve", outcome="succeed")
    assert customer.get(f"/purchases/{waiting['id']}")["state"] == "succeeded"
    assert customer.balance == 50


@pytest.mark.parametrize(
    ("amount", "code", "status"),
    [("49.99", "below_minimum", 422), ("50.001", "invalid_request", 400), ("-50", "invalid_request", 400)],
)
def test_an_invalid_amount_is_refused(customer, amount, code, status):
    refused = customer.post("/purchases", {"amount": {"amount": amount, "currency": "USD"}}, "order-1")
    assert (refused.json()["code"], refused.status_code) == (code, status)


def test_a_purchase_needs_its_key(customer):
    refused = customer.post("/purchases", {"amount": usd(Decimal(50)), "paymentMethod": "pm_card_visa"})
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")
