from decimal import Decimal

from tests.proofs.prove.http_client import money


def test_calls_reduce_the_balance_to_the_trigger_and_one_charge_refills_it(customer):
    customer.buy(50, "first")
    customer.arm(trigger=40, amount=50)
    customer.report([customer.call(f"call-{number}", minutes=400) for number in range(2)])
    assert customer.balance == Decimal("40.4")
    assert customer.get("/auto-recharge")["slot"] == "idle"

    # Four concurrent calls reach the trigger together.
    customer.report(*(customer.call(f"crossing-{number}", minutes=50) for number in range(4)))
    assert customer.balance == Decimal(88)
    assert [kind for kind, _ in customer.movements].count("recharge") == 1
    assert customer.charges == [("succeeded", 1, 0), ("succeeded", 1, 0)]
    assert customer.emails == ["Communications Credits: recharged with $50.00"]

    first, second = customer.items("/lots")
    assert (first["source"], money(first["remaining"])) == ("purchase", Decimal(38))
    assert (second["source"], money(second["remaining"])) == ("recharge", Decimal(50))


def test_a_call_longer_than_the_balance_is_booked_in_full_and_one_charge_closes_the_whole_gap(customer):
    customer.buy(50, "first")
    customer.arm(trigger=10, amount=50)
    customer.report(customer.call("a-whole-day", minutes=1440, called="+37060000000"))
    debit = next(item for item in customer.items("/movements") if item["kind"] == "debit")
    assert money(debit["amount"]) == Decimal("-97.92")
    assert money(debit["overdraft"]) == Decimal("47.92")
    assert customer.balance == 50 - Decimal("97.92") + 2 * 50
    assert money(customer.get()["overdraft"]) == 0
    assert customer.charges == [("succeeded", 1, 0), ("succeeded", 1, 0)]
