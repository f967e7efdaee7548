"""An amount is the same in every spelling: a repeated request is recognised, and nothing moves twice (CONTRACT 2)."""

import pytest

from shared.use_cases.refunds.start_refund import start_refund
from tests.tenant import BOSTON, call, code_of, report, usd

FIVE = ("5", "5.0", "5.00", "5.000000", "05.0")
FIFTY = ("50", "50.0", "50.00", "50.000000", "0050")
VISA = "pm_card_visa"
REPLAYED = {"Idempotent-Replayed": "true"}


@pytest.mark.parametrize("again", FIVE)
async def test_a_promotional_grant_is_booked_once(world, tenant, again):
    terms = {"kind": "promotional", "expiresAt": "2026-06-01T00:00:00Z", "priority": 10, "scope": ["domestic"]}
    first = await tenant.grant("5.00", **terms)
    repeated = await tenant.grant(again, **terms)
    assert (repeated.value["id"], repeated.headers) == (first.value["id"], REPLAYED)
    assert await tenant.booked() == [("grant", "5")]
    assert await code_of(tenant.grant(again, key="another", **terms)) == "already_exists"
    assert await code_of(tenant.grant("5.01", **terms)) == "idempotency_conflict"
    assert await world.audit() == []


@pytest.mark.parametrize("again", FIFTY)
async def test_a_purchase_charges_once(world, tenant, again):
    def armed(trigger, amount):
        return {"enabled": True, "trigger": usd(trigger), "amount": usd(amount), "monthlyCap": usd(f"{amount}.0")}

    first = await tenant.buy("50.00", paymentMethod=VISA, autoRecharge=armed("10.0", "50"))
    repeated = await tenant.buy(again, paymentMethod=VISA, autoRecharge=armed("10", "0050"))
    assert (repeated.value["id"], repeated.headers) == (first.value["id"], REPLAYED)
    assert len(world.payments.charges) == 1
    other = tenant.buy("50.01", paymentMethod=VISA, autoRecharge=armed("10", "50"))
    assert await code_of(other) == "idempotency_conflict"


@pytest.mark.parametrize("again", FIVE)
async def test_a_refund_goes_back_once(world, tenant, again):
    lot = (await tenant.buy(paymentMethod=VISA)).value["lot"]
    first = await tenant.request(start_refund, {"lot": lot, "amount": usd("5.00")}, key="refund")
    repeated = await tenant.request(start_refund, {"lot": lot, "amount": usd(again)}, key="refund")
    assert (repeated.value["id"], repeated.headers) == (first.value["id"], REPLAYED)
    assert await tenant.booked("refund") == [("refund", "-5")]
    other = tenant.request(start_refund, {"lot": lot, "amount": usd("5.01")}, key="refund")
    assert await code_of(other) == "idempotency_conflict"
    assert len(world.money_back.refunds) == 1


@pytest.mark.parametrize("again", [60, 60.0])
async def test_a_call_is_debited_once(world, tenant, again):
    await tenant.grant()
    await report(world, call(called=BOSTON, seconds=60), call(called=BOSTON, seconds=again))
    assert await tenant.booked("debit") == [("debit", "-0.6")]
    assert await tenant.reasons() == []
    await report(world, call(called=BOSTON, seconds=61))
    assert await tenant.reasons() == ["conflict"]
