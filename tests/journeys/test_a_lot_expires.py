from datetime import timedelta
from decimal import Decimal

from shared.kernel.times import instant_text, parse_instant
from tests.journeys.customer import A_MINUTE
from tests.proofs.prove.http_client import money


def test_a_lot_expires_a_year_after_its_purchase_and_lapses_after_the_grace(customer, machine):
    customer.buy(50, "order-1")
    [lot] = customer.items("/lots")
    expiry = parse_instant(lot["expiresAt"])
    before, after = (
        money(customer.get(f"/balance?at={instant_text(expiry + offset)}")["balance"])
        for offset in (timedelta(seconds=-1), timedelta())
    )
    assert [before, after] == [50, 0]

    machine.move_clock(expiry)
    assert customer.balance == 0
    assert customer.movements == [("purchase", Decimal(50))]
    assert "zero" in customer.emails[-1]

    # A late call that began before the expiry is paid from the lot, one that began at the expiry is not.
    customer.report(customer.call("before", startedAt=instant_text(expiry - timedelta(seconds=1))))
    customer.report(customer.call("at", startedAt=instant_text(expiry)))
    shown = customer.get()
    assert [money(shown["balance"]), money(shown["overdraft"])] == [0, A_MINUTE]
    [lot] = customer.items("/lots")
    assert (lot["state"], money(lot["remaining"])) == ("expired", 50 - A_MINUTE)

    machine.move_clock(expiry + timedelta(days=4))
    assert customer.movements[-1] == ("expiry", -(50 - A_MINUTE))
    [lot] = customer.items("/lots")
    assert (lot["state"], money(lot["remaining"])) == ("expired", Decimal(0))
