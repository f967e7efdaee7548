"""Grants by operators for invoices and promotions, one lot per reference (R1, R6, CONTRACT 2)."""

import asyncio

import pytest

from shared.ledger.book import OPEN_LOTS_MAX
from shared.use_cases.purchases.grant_funds import grant_funds
from tests.tenant import BOSTON, Tenant, call, code_of, plain, report, usd


async def test_a_grant_is_a_lot_that_expires_in_a_year(tenant):
    granted = await tenant.grant("123.456789", "PO-7")
    assert (granted.status, granted.headers) == (201, {})
    (lot,) = await tenant.lots()
    assert granted.value == lot
    assert {name: lot[name] for name in ("source", "kind", "reference", "purchasedAt", "expiresAt", "state")} == {
        "source": "grant",
        "kind": "paid",
        "reference": "PO-7",
        "purchasedAt": "2026-03-01T12:00:00Z",
        "expiresAt": "2027-03-01T12:00:00Z",
        "state": "open",
    }
    assert (lot["original"], lot["remaining"]) == (usd("123.456789"), usd("123.456789"))


async def test_the_same_key_again_returns_the_grant_in_its_current_state(world, tenant):
    first = await tenant.grant("100", key="key")
    await report(world, call(called=BOSTON, seconds=60))
    again = await tenant.grant("100", key="key")
    assert (again.status, again.headers) == (201, {"Idempotent-Replayed": "true"})
    assert again.value["id"] == first.value["id"]
    assert plain(again.value["remaining"]) == "99.4"
    assert await tenant.booked("grant") == [("grant", "100")]


@pytest.mark.parametrize("changes", [{"amount": "101"}, {"reference": "PO-2"}, {"kind": "promotional"}])
async def test_the_same_key_with_another_grant_is_a_conflict(tenant, changes):
    await tenant.grant("100", "PO-1", key="key")
    assert await code_of(tenant.grant(**{"amount": "100", "reference": "PO-1", "key": "key", **changes})) == (
        "idempotency_conflict"
    )
    assert await tenant.balance() == "100"


@pytest.mark.parametrize("reference", ["請求書\u3000四十二", "Facture\u00a042"])
async def test_a_reference_may_have_the_blanks_of_its_language(tenant, reference):
    assert (await tenant.grant("100", reference, key="key")).value["reference"] == reference


async def test_one_grant_per_reference_with_any_key(tenant):
    await tenant.grant("100", "PO-1", key="first")
    assert await code_of(tenant.grant("100", "PO-1", key="second")) == "already_exists"
    assert await code_of(tenant.grant("7", "PO-1", key="third")) == "already_exists"
    assert (await tenant.grant("100", "PO-1", key="first")).status == 201
    assert await tenant.balance() == "100"


async def test_concurrent_grants_of_one_reference_are_booked_once(world, tenant):
    there = Tenant(world)
    body = [tenant.grant("100", "PO-1", key=f"key {number % 3}") for number in range(6)]
    first = asyncio.gather(*body, return_exceptions=True)
    world.services = world.process()
    second = asyncio.gather(*(there.grant("100", "PO-1", key="key 9") for _ in range(3)), return_exceptions=True)
    await asyncio.gather(first, second)
    assert await tenant.balance() == "100"
    assert await world.audit() == []


async def test_priority_decides_first_and_promotions_are_spent_before_paid_credit(world, tenant):
    expiry = {"expiresAt": "2026-12-31T00:00:00Z"}
    for kind, reference in (("paid", "A"), ("promotional", "B")):
        await tenant.grant("1", reference, kind=kind, **expiry)
    await tenant.grant("1", "C", priority=49)
    for number in range(3):
        await report(world, call(f"call-{number}", called=BOSTON, seconds=108))  # a dollar each
    spent = [movement["lots"][0]["lot"] for movement in await tenant.movements(kind="debit")]
    by_reference = {lot["id"]: lot["reference"] for lot in await tenant.lots()}
    assert [by_reference[lot] for lot in spent] == ["C", "B", "A"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": usd("0")}, "below_minimum"),
        ({"amount": usd("-1")}, "invalid_request"),
        ({"amount": usd("0.0000001")}, "invalid_request"),
        ({"amount": {"amount": "1", "currency": "EUR"}}, "currency_mismatch"),
        ({"amount": {"amount": 1, "currency": "USD"}}, "invalid_request"),
        ({"kind": "gift"}, "invalid_request"),
        ({"reference": ""}, "invalid_request"),
        ({"priority": 101}, "invalid_request"),
        ({"scope": "GB"}, "invalid_request"),
        ({"expiresAt": "2026-03-01T12:00:00Z"}, "invalid_request"),  # it would expire at once
        ({"expiresAt": "9999-12-31T23:59:59.000001Z"}, "invalid_request"),  # no whole second is at or after it
        ({"expiresAt": "tomorrow"}, "invalid_request"),
        ({"expiresAt": 1_900_000_000}, "invalid_request"),
    ],
)
async def test_invalid_grants_are_rejected(tenant, changes, code):
    body = {"amount": usd("1"), "reference": "PO-1", "kind": "paid", **changes}
    assert await code_of(tenant.request(grant_funds, body, key="key")) == code
    assert await tenant.lots() == []
    assert (await tenant.grant("1", key="key")).status == 201  # a refusal uses no key


async def test_a_grant_needs_a_key_and_an_account(world, tenant):
    assert await code_of(tenant.grant("1", "", key="")) == "idempotency_key_missing"
    assert await code_of(Tenant(world, "5f0c1f9e-0000-4000-8000-00000000dead").grant()) == "not_found"


@pytest.mark.parametrize("never", ["9999-12-31T23:59:59Z", "9999-12-28T23:59:59.5Z"])
async def test_a_grant_may_never_expire(world, tenant, never):
    await tenant.grant("100", expiresAt=never)
    await tenant.grant("1", "PO-2")
    await world.tick(days=365)
    await world.tick(days=4)
    assert await tenant.balance() == "100"
    assert await tenant.booked("expiry") == [("expiry", "-1")]
    assert await world.audit() == []


async def test_a_grant_settles_what_is_overdrawn_first(world, tenant):
    await report(world, call(called=BOSTON, seconds=60))
    granted = await tenant.grant("100")
    assert (plain(granted.value["original"]), plain(granted.value["remaining"])) == ("100", "99.4")
    assert (await tenant.amounts())["overdraft"] == "0"
    (movement,) = await tenant.movements(kind="grant")
    assert (plain(movement["amount"]), plain(movement["overdraft"])) == ("100", "-0.6")


async def test_the_number_of_open_lots_is_limited(world, tenant):
    for number in range(OPEN_LOTS_MAX):
        await tenant.grant("0.6", f"PO-{number}")
    assert await code_of(tenant.grant("1", "one more")) == "too_many_lots"
    # The last grant is returned again.
    assert (await tenant.grant("0.6", f"PO-{OPEN_LOTS_MAX - 1}")).headers == {"Idempotent-Replayed": "true"}
    await report(world, call(called=BOSTON, seconds=60))  # spends one lot
    assert (await tenant.grant("1", "one more")).status == 201
    assert await world.audit() == []


async def test_a_grant_is_returned_again_after_it_has_expired(world, tenant):
    changes = {"expiresAt": "2026-03-02T00:00:00Z"}
    await tenant.grant("100", **changes)
    await world.tick(days=9)
    again = await tenant.grant("100", **changes)
    assert (again.status, again.value["state"]) == (201, "expired")
