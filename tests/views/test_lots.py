"""Lots as portals read them: all lots ever, with their current states (CONTRACT 2)."""

import pytest

from shared.kernel.times import parse_instant
from shared.views.lots import list_lots
from tests.tenant import BOSTON, LEEDS, Tenant, call, code_of, plain, report, usd


async def lots_of(tenant):
    """Each lot as (reference, original, remaining, state)."""
    return [
        (lot["reference"], plain(lot["original"]), plain(lot["remaining"]), lot["state"]) for lot in await tenant.lots()
    ]


async def test_lots_are_those_of_the_manually_computed_ledger(march):
    assert await lots_of(march) == [("A", "100", "0", "expired"), ("B", "50", "0", "spent"), ("C", "20", "9.9", "open")]


@pytest.mark.parametrize(
    ("at", "remaining", "state"),
    [
        ("2026-03-09T23:59:59.999999Z", "100", "open"),
        ("2026-03-10T00:00:00Z", "100", "expired"),  # the rest may still pay for calls that began before
        ("2026-03-13T02:05:00Z", "0", "expired"),
    ],
)
async def test_a_lot_is_shown_as_expired_before_its_lapse_is_booked(world, tenant, at, remaining, state):
    await tenant.grant("100", "A", expiresAt="2026-03-10T00:00:00Z")
    world.clock.time = parse_instant(at)
    await world.tick()
    assert await lots_of(tenant) == [("A", "100", remaining, state)]


async def test_a_completely_used_lot_is_spent(world, tenant):
    await tenant.grant("0.01", "A")
    await report(world, call(called=LEEDS))
    assert await lots_of(tenant) == [("A", "0.01", "0", "spent")]


async def test_a_paid_lot_shows_its_source_but_not_its_payment(tenant):
    bought = (await tenant.buy("50", paymentMethod="pm_card_visa")).value
    (lot,) = await tenant.lots()
    assert lot == {
        "id": bought["lot"],
        "source": "purchase",
        "kind": "paid",
        "priority": 50,
        "scope": [],
        "original": usd("50.000000"),
        "remaining": usd("50.000000"),
        "pinned": usd("0.000000"),
        "purchasedAt": "2026-03-01T12:00:00Z",
        "expiresAt": "2027-03-01T12:00:00Z",
        "state": "open",
        "reference": None,
    }


@pytest.mark.parametrize("size", [1, 2, 5, 6])
async def test_pages_of_any_size_add_up_to_the_whole_list(world, tenant, size):
    for number in range(5):
        await tenant.grant("0.6", f"PO-{number}")
        world.clock.forward(seconds=1)
    await report(world, [call(f"call-{number}", called=BOSTON) for number in range(2)])  # two are spent
    seen, after = [], ""
    while after is not None:
        shown = (await tenant.request(list_lots, query={"limit": str(size), "after": after})).value
        seen += [lot["reference"] for lot in shown["items"]]
        after = shown["next"]
    assert seen == [f"PO-{number}" for number in range(5)]


async def test_a_list_is_stable_while_lots_are_added_and_spent(world, tenant):
    for number in range(4):
        await tenant.grant("0.6", f"PO-{number}")
        world.clock.forward(seconds=1)
    first = (await tenant.request(list_lots, query={"limit": "2"})).value
    await report(world, [call(f"call-{number}", called=BOSTON) for number in range(3)])
    await tenant.grant("0.6", "PO-4")
    rest = (await tenant.request(list_lots, query={"limit": "9", "after": first["next"]})).value
    assert [lot["reference"] for lot in first["items"] + rest["items"]] == [f"PO-{number}" for number in range(5)]


async def test_lots_of_an_unknown_account_are_not_found(world):
    assert await code_of(Tenant(world).request(list_lots)) == "not_found"


@pytest.mark.parametrize("size", [1, 2, 5, 6])
async def test_newest_first_is_the_same_list_reversed(world, tenant, size):
    for number in range(5):
        await tenant.grant("0.6", f"PO-{number}")
        world.clock.forward(seconds=1)
    seen, after = [], ""
    while after is not None:
        shown = (await tenant.request(list_lots, query={"order": "desc", "limit": str(size), "after": after})).value
        seen += [lot["reference"] for lot in shown["items"]]
        after = shown["next"]
    assert seen == [f"PO-{number}" for number in reversed(range(5))]


@pytest.mark.parametrize("query", [{"order": "up"}, {"after": "nonsense"}, {"after": "20260301-x"}])
async def test_invalid_parameters_are_rejected(tenant, query):
    assert await code_of(tenant.request(list_lots, query=query)) == "invalid_request"
