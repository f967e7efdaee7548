"""A manually computed ledger: the events of one account in March 2026, and its amounts at every time."""

from shared.kernel.times import parse_instant
from tests.tenant import BOSTON, Tenant, call, report

ALARMS = (
    "2026-03-01T12:00:00Z",
    "2026-03-10T00:00:00Z",
    "2026-03-10T00:01:00Z",
    "2026-03-13T02:05:00Z",
    "2026-03-13T02:06:00Z",
    "2026-03-20T12:01:00Z",
)

HELD = [
    # at, balance, overdraft
    ("2025-01-01T00:00:00Z", "0", "0"),
    ("2026-03-01T12:00:00Z", "0", "0"),  # opened
    ("2026-03-01T12:59:59.999999Z", "0", "0"),
    ("2026-03-01T13:00:00Z", "100", "0"),  # A: 100, until the tenth
    ("2026-03-02T12:00:00Z", "150", "0"),  # B: 50 as a promotion, until June
    ("2026-03-03T11:59:59Z", "150", "0"),
    ("2026-03-03T12:00:00Z", "146.9", "0"),  # a call of 3.10, from A
    ("2026-03-09T23:59:59.999999Z", "146.9", "0"),
    ("2026-03-10T00:00:00Z", "50", "0"),  # A expires
    ("2026-03-11T12:00:00Z", "50", "0"),  # 0.60 of the ninth, reported late and paid from A
    ("2026-03-13T02:05:00Z", "50", "0"),  # the remaining 96.30 of A lapse: the balance does not change
    ("2026-03-20T12:00:00Z", "0", "10.1"),  # a call of 60.10: 50 from B, the rest overdrawn
    ("2026-03-21T11:59:59Z", "0", "10.1"),
    ("2026-03-21T12:00:00Z", "9.9", "0"),  # C: 20, of which 10.10 settle the overdraft
    ("2026-04-01T00:00:00Z", "9.9", "0"),  # now
    ("2027-03-21T11:59:59.999999Z", "9.9", "0"),  # in the future
    ("2027-03-21T12:00:00Z", "0", "0"),  # C will have expired
    ("2030-01-01T00:00:00Z", "0", "0"),
    ("9999-12-31T23:59:59Z", "0", "0"),
]

MOVED = [
    # kind, amount, overdraft, [amount of each lot], at
    ("grant", "100", "0", ["100"], "2026-03-01T13:00:00Z"),
    ("grant", "50", "0", ["50"], "2026-03-02T12:00:00Z"),
    ("debit", "-3.1", "0", ["-3.1"], "2026-03-03T12:00:00Z"),
    ("debit", "-0.6", "0", ["-0.6"], "2026-03-11T12:00:00Z"),
    ("expiry", "-96.3", "0", ["-96.3"], "2026-03-13T02:05:00Z"),
    ("debit", "-60.1", "10.1", ["-50"], "2026-03-20T12:00:00Z"),
    ("grant", "20", "-10.1", ["9.9"], "2026-03-21T12:00:00Z"),
]


async def live_through_march(tenant: Tenant) -> None:
    """Cause all events above; it ends on the first of April."""
    world = tenant.world

    async def until(text: str) -> None:
        for alarm in [alarm for alarm in ALARMS if world.clock.time < parse_instant(alarm) <= parse_instant(text)]:
            world.clock.time = parse_instant(alarm)
            await world.tick()
        world.clock.time = parse_instant(text)

    await until("2026-03-01T13:00:00Z")
    await tenant.grant("100", "A", expiresAt="2026-03-10T00:00:00Z")
    await until("2026-03-02T12:00:00Z")
    await tenant.grant("50", "B", kind="promotional", expiresAt="2026-06-01T00:00:00Z")
    await until("2026-03-03T12:00:00Z")
    await report(world, call("one", called=BOSTON, seconds=360))
    await until("2026-03-11T12:00:00Z")
    await report(world, call("late", called=BOSTON, seconds=60, startedAt="2026-03-09T12:00:00Z"))
    await until("2026-03-20T12:00:00Z")
    await report(world, call("long", called=BOSTON, seconds=7_200, startedAt="2026-03-20T10:00:00Z"))
    await until("2026-03-21T12:00:00Z")
    await tenant.grant("20", "C")
    await until("2026-04-01T00:00:00Z")
