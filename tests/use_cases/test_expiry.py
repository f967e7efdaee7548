"""Lots expire a year after the charge by computation, and lapse at night after the grace (R2)."""

from datetime import timedelta

import pytest

from shared.kernel.times import parse_instant
from tests.tenant import BOSTON, call, plain, report, usd

YEAR_LATER = "2027-03-01T12:00:00Z"


def moved_to(world, text):
    """Set the world's clock to *text*, without firing timers."""
    world.clock.time = parse_instant(text)


async def states(tenant):
    return [lot["state"] for lot in await tenant.lots()]


async def test_credit_leaves_the_balance_at_expiry_and_lapses_three_nights_later(world, tenant):
    await tenant.grant("100")
    await report(world, call(called=BOSTON, seconds=60))
    moved_to(world, "2027-03-01T11:59:59.999999Z")
    assert (await tenant.balance(), await states(tenant)) == ("99.4", ["open"])
    moved_to(world, YEAR_LATER)
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["spendable"], await states(tenant)) == ("0", "0", ["expired"])
    for night in ("2027-03-02T02:05:00Z", "2027-03-04T02:05:00Z", "2027-03-05T02:04:59Z"):
        moved_to(world, night)
        await world.tick()
        assert await tenant.booked("expiry") == []
    moved_to(world, "2027-03-05T02:05:00Z")  # the first night after 72 hours of grace
    await world.tick()
    assert await tenant.booked("expiry") == [("expiry", "-99.4")]
    (lot,) = await tenant.lots()
    assert (plain(lot["remaining"]), lot["state"]) == ("0", "expired")
    assert await world.audit() == []


@pytest.mark.parametrize(
    ("charged", "expires"),
    [
        ("2026-03-01T12:00:00Z", "2027-03-01T12:00:00Z"),
        ("2027-02-28T23:59:59.5Z", "2028-02-28T23:59:59.500000Z"),
        ("2028-02-29T08:00:00Z", "2029-02-28T08:00:00Z"),
    ],
)
async def test_a_lot_expires_on_the_same_date_a_year_later(world, tenant, charged, expires):
    moved_to(world, charged)
    await tenant.grant("100")
    assert [lot["expiresAt"] for lot in await tenant.lots()] == [expires]


@pytest.mark.parametrize(
    ("started", "reported", "paid"),
    [
        ("2027-03-01T11:59:59Z", "2027-03-01T12:10:00Z", True),  # begun before, reported after
        ("2027-03-01T11:59:59Z", "2027-03-04T11:59:59Z", True),
        ("2027-03-01T11:59:59Z", "2027-03-05T02:04:00Z", True),  # as long as it has not lapsed
        ("2027-03-01T12:00:00Z", "2027-03-01T12:10:00Z", False),  # half-open
        ("2027-03-01T11:59:59Z", "2027-03-05T03:00:00Z", False),  # too late
    ],
)
async def test_a_call_begun_before_expiry_and_reported_late_is_paid_from_the_lot(
    world, tenant, started, reported, paid
):
    await tenant.grant("100")
    for instant in (YEAR_LATER, "2027-03-01T12:02:00Z", reported):
        moved_to(world, instant)
        await world.tick()
    await report(world, call(called=BOSTON, seconds=60, startedAt=started))
    (debit,) = await tenant.movements(kind="debit")
    assert bool(debit["lots"]) is paid
    assert plain(debit["overdraft"]) == ("0" if paid else "0.6")
    assert await world.audit() == []


async def test_a_late_call_is_paid_by_the_earlier_lot_not_by_a_later_one(world, tenant):
    await tenant.grant("1")
    moved_to(world, "2027-03-01T13:00:00Z")
    await tenant.grant("100", "PO-2")
    await report(world, call(called=BOSTON, seconds=60, startedAt="2027-03-01T11:00:00Z"))
    assert [plain(lot["remaining"]) for lot in await tenant.lots()] == ["0.4", "100"]


async def test_auto_recharge_is_evaluated_at_the_instant_of_expiry(world, tenant):
    await tenant.grant("100")
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("10"))
    moved_to(world, "2027-03-01T11:59:59Z")
    await world.tick()
    assert world.payments.charges == []
    await world.tick(seconds=1)
    assert await tenant.booked("recharge") == [("recharge", "50")]


async def test_several_lots_lapse_in_their_nights_by_separate_movements(world, tenant):
    for number in range(3):
        await tenant.grant("100", f"PO-{number}")
        world.clock.forward(hours=12)
    moved_to(world, "2027-03-06T02:05:00Z")
    await world.tick()
    await world.tick(minutes=2)
    await world.tick(days=1)
    assert await tenant.booked("expiry") == [("expiry", "-100")] * 3
    assert [movement["at"] for movement in await tenant.movements(kind="expiry")] == [
        "2027-03-06T02:05:00Z",
        "2027-03-06T02:05:00Z",
        "2027-03-06T02:05:00Z",
    ]


async def test_a_spent_lot_has_no_lapse(world, tenant):
    await tenant.grant("0.6")
    await report(world, call(called=BOSTON, seconds=60))
    await world.tick(days=380)
    assert await tenant.booked("expiry") == []
    assert await states(tenant) == ["spent"]


async def test_an_expired_lot_settles_no_overdraft(world, tenant):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    world.clock.forward(days=1)
    await report(world, call(called=BOSTON, startedAt="2026-03-02T11:00:00Z"))
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["overdraft"]) == ("0", "0.6")
    assert [plain(lot["remaining"]) for lot in await tenant.lots()] == ["1"]
    assert await world.audit() == []


async def test_a_correction_that_gives_back_to_a_lapsed_lot_lapses_at_once(world, tenant):
    await tenant.grant("100", expiresAt="2026-03-02T00:00:00Z")
    await report(world, call(called=BOSTON, seconds=600), call(called=BOSTON, seconds=60))
    (item,) = await tenant.suspended()
    await world.tick(days=5)
    await tenant.accept(item["id"])
    assert (await tenant.amounts())["balance"] == "0"
    assert [lot["state"] for lot in await tenant.lots()] == ["expired"]
    assert await world.audit() == []


@pytest.mark.parametrize("skipped", [timedelta(days=30), timedelta(days=3_000)])
async def test_missed_nights_are_caught_up(world, tenant, skipped):
    await tenant.grant("100")
    world.clock.time += timedelta(days=365) + skipped
    await world.tick()
    assert await tenant.booked("expiry") == [("expiry", "-100")]
    assert await world.audit() == []
