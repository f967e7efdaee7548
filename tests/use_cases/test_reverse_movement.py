"""A debit or a grant is reversed once, in its recorded order (R6, R11, CONTRACT 2)."""

import pytest

from shared.service.http import ProblemError
from shared.use_cases.corrections.reverse_movement import reverse_movement
from tests.tenant import OTHER, Tenant, call, code_of, report, subscription, usd
from tests.use_cases.subscribed import used_pools

WHY = "charged by mistake"


async def reverse(tenant, movement, reason=WHY):
    return await tenant.request(reverse_movement, {"reason": reason}, movement=movement["id"])


async def last(tenant, kind):
    return [movement for movement in await tenant.movements() if movement["kind"] == kind][-1]


async def remaining(tenant):
    return {lot["reference"]: lot["remaining"]["amount"] for lot in await tenant.lots()}


async def test_a_reversed_debit_returns_to_its_lots_and_the_correction_says_why(world, tenant):
    await tenant.grant("0.01", "first")
    world.clock.forward(seconds=1)
    await tenant.grant("10", "second")
    await report(world, call(seconds=60, startedAt="2026-03-01T12:00:01Z"))
    debit = await last(tenant, "debit")
    assert (await remaining(tenant)) == {"first": "0.000000", "second": "9.990000"}
    answer = await reverse(tenant, debit)
    assert answer.status == 201
    assert answer.value["kind"] == "correction"
    assert (answer.value["amount"], answer.value["event"]) == (usd("0.020000"), debit["event"])
    assert [part["amount"] for part in answer.value["lots"]] == [usd("0.010000"), usd("0.010000")]
    assert [part["lot"] for part in answer.value["lots"]] == [part["lot"] for part in reversed(debit["lots"])]
    explained = answer.value["explanation"]
    assert (explained["reverses"], explained["reason"], explained["callKind"]) == (debit["id"], WHY, "international")
    assert (await remaining(tenant)) == {"first": "0.010000", "second": "10.000000"}
    assert await world.audit() == []


async def test_a_movement_is_reversed_once(world, tenant):
    await tenant.grant("10", "G")
    await report(world, call())
    for movement in (await last(tenant, "debit"), await last(tenant, "grant")):
        await reverse(tenant, movement)
        assert await code_of(reverse(tenant, movement, "another reason")) == "already_reversed"
    assert await tenant.booked() == [("grant", "10"), ("debit", "-0.02"), ("correction", "0.02"), ("correction", "-10")]
    assert await world.audit() == []


async def test_the_call_of_a_reversed_debit_stays_a_duplicate(world, tenant):
    await tenant.grant("10")
    await report(world, call())
    await reverse(tenant, await last(tenant, "debit"))
    await report(world, call())
    assert await tenant.balance() == "10"
    assert await tenant.reasons() == []


async def test_what_was_spent_of_a_grant_becomes_overdraft(world, tenant):
    await tenant.grant("10", "G")
    await report(world, call(seconds=300))
    answer = await reverse(tenant, await last(tenant, "grant"))
    assert answer.value["amount"] == usd("-10.000000")
    amounts = await tenant.amounts()
    assert (amounts["balance"], amounts["overdraft"]) == ("0", "0.1")
    await tenant.grant("5", "H")  # the next funds pay the overdraft first (R12)
    assert (await tenant.amounts())["balance"] == "4.9"
    assert await world.audit() == []


async def test_what_a_call_in_progress_has_set_aside_of_a_grant_still_pays_for_it(world, tenant):
    await tenant.grant("10", "G")
    await tenant.authorise("leg-1", wantedSeconds=300)
    await reverse(tenant, await last(tenant, "grant"))
    amounts = await tenant.amounts()
    assert (amounts["balance"], amounts["overdraft"], amounts["spendable"]) == ("0.1", "0.1", "0")
    await tenant.release("leg-1")
    assert [(await tenant.amounts())[name] for name in ("balance", "overdraft")] == ["0", "0"]
    assert await world.audit() == []


@pytest.mark.parametrize("kind", ["paid", "promotional"])
async def test_a_grant_is_reversed_after_it_has_lapsed(world, tenant, kind):
    await tenant.grant("10", "G", kind=kind, expiresAt="2026-03-02T00:00:00Z")
    await report(world, call(seconds=60))
    for _ in range(6):
        await world.tick(days=1)
    assert await tenant.booked("expiry") == [("expiry", "-9.98")]
    answer = await reverse(tenant, await last(tenant, "grant"))
    assert answer.value["amount"] == usd("-0.020000")  # what had lapsed is taken from what had lapsed
    assert (await tenant.amounts())["overdraft"] == "0.02"
    assert await world.audit() == []


async def test_what_returns_to_a_lot_that_has_lapsed_lapses_at_once(world, tenant):
    await tenant.grant("10", "G", expiresAt="2026-03-02T00:00:00Z")
    await report(world, call(seconds=60))
    for _ in range(6):
        await world.tick(days=1)
    answer = await reverse(tenant, await last(tenant, "debit"))
    assert answer.value["amount"] == usd("0.000000")
    assert [(await tenant.amounts())[name] for name in ("balance", "overdraft")] == ["0", "0"]
    assert await world.audit() == []


async def test_a_debit_that_was_corrected_is_reversed_as_it_is_booked_now(world, tenant):
    await tenant.grant("10")
    await report(world, call(seconds=60), call(seconds=180))
    debit = await last(tenant, "debit")
    (conflict,) = await tenant.suspended()
    await tenant.accept(conflict["id"])
    assert await tenant.balance() == "9.94"
    assert (await reverse(tenant, debit)).value["amount"] == usd("0.060000")
    assert await tenant.balance() == "10"
    assert await world.audit() == []


async def test_a_conflict_accepted_after_the_reversal_is_booked_in_full(world, tenant):
    await tenant.grant("10")
    await report(world, call(seconds=60), call(seconds=180))
    await reverse(tenant, await last(tenant, "debit"))
    (conflict,) = await tenant.suspended()
    await tenant.accept(conflict["id"])
    assert await tenant.balance() == "9.94"
    assert await world.audit() == []


async def test_seconds_of_a_pool_are_given_back(world, tenant):
    await tenant.grant("10")
    await tenant.set_subscriptions(subscription("S-1", licences=1, plan="MCOPSTN2"))
    await report(world, call(seconds=120, capability="MCOPSTN2", usageLocation="US"))
    debit = await last(tenant, "debit")
    assert (debit["amount"], debit["explanation"]["freeSeconds"]) == (usd("0.000000"), 120)
    assert [used for _, used, _, _ in used_pools(world, tenant.account)] == [120]
    await reverse(tenant, debit)
    assert [used for _, used, _, _ in used_pools(world, tenant.account)] == [0]
    assert await world.audit() == []


async def test_other_movements_are_not_reversible(world, tenant):
    await tenant.store_card()
    await tenant.buy("50")
    await tenant.grant("10", "G", expiresAt="2026-03-02T00:00:00Z")
    await report(world, call())
    await reverse(tenant, await last(tenant, "debit"))
    for _ in range(6):
        await world.tick(days=1)
    for kind in ("purchase", "correction", "expiry"):
        assert await code_of(reverse(tenant, await last(tenant, kind))) == "not_reversible"


@pytest.mark.parametrize("name", ["000000000099-000", "000000000001-007", "1", "../head"])
async def test_an_unknown_movement_is_not_found(tenant, name):
    assert await code_of(reverse(tenant, {"id": name})) == "not_found"


async def test_another_accounts_movement_is_not_found(world, tenant):
    await tenant.grant("10")
    grant = await last(tenant, "grant")
    other = Tenant(world, OTHER)
    assert await code_of(reverse(other, grant)) == "not_found"


@pytest.mark.parametrize("reason", ["", "  ", None, 7, "a\nb"])
async def test_a_reason_is_required(tenant, reason):
    with pytest.raises(ProblemError) as raised:
        await reverse(tenant, {"id": "000000000001-000"}, reason)
    assert [flaw.pointer for flaw in raised.value.flaws] == ["/reason"]


async def test_a_crossing_call_that_is_reversed_after_the_switch_no_longer_accrues(world, tenant):
    await tenant.grant("0.03")
    await tenant.set_subscriptions(subscription("S-1", agreement="newCommerce", payAsYouGo=True))
    await report(world, call(seconds=120))
    debit = await last(tenant, "debit")
    assert debit["accrued"] == usd("0.010000")
    assert (await reverse(tenant, debit)).value["amount"] == usd("0.040000")
    assert [(await tenant.amounts())[name] for name in ("balance", "accrued")] == ["0.03", "0"]
    assert await world.audit() == []
