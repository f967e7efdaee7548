"""`python -m tests.upgrade.recorder FILE VERSION`: records what this version leaves in tables and queues.

Run it once per release, with that release's code; the file never changes. All numbers are fictional.
"""

import asyncio
import base64
import json
import sys
from pathlib import Path

from shared.ports import UnavailableError
from shared.use_cases.payments.move_payment import move_payment
from tests.fakes.world import ACCOUNT, World
from tests.tenant import LEEDS, LONDON, OTHER, Tenant, call, report, usd
from tests.upgrade.kept import keep

THIRD = "5f0c1f9e-0000-4000-8000-000000000003"
NOBODY = "00000000-0000-4000-8000-00000000dead"
LATER = {"startedAt": "2026-03-07T11:00:00Z"}


async def booked(world: World, tenant: Tenant) -> None:
    """Create every kind of movement and every kind of row."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("0.01", "small")
    await report(world, call("overdrawn", 120))
    await tenant.buy("50", paymentMethod="pm_card_visa")
    await tenant.grant("1", "spring", kind="promotional", expiresAt="2026-03-02T12:00:00Z")
    await report(world, call("of the promotion"), call("free", 0), call("corrected"))
    await world.drain()
    await report(world, call("corrected", 180))
    [conflict] = await tenant.suspended()
    await tenant.accept(conflict["id"])
    for _ in range(6):
        await world.tick(days=1)
    await report(world, call("too long", 90_000, **LATER), call("of nobody", account=NOBODY, **LATER))
    await tenant.buy("50", key="declined", paymentMethod="pm_card_visa_chargeDeclined")
    await world.drain()


async def in_flight(world: World, tenant: Tenant, other: Tenant, third: Tenant) -> None:
    """Create a declined recharge with a pending retry, two unprocessed recharges, and messages in every queue."""
    await other.set_administrators({"address": "bob@example.com", "roles": ["billing"]})
    for one in (other, third):
        await one.store_card()
        await one.grant("10.01", "ten dollars and a cent")
        await one.set_auto_recharge(trigger=usd("10"))
    world.payments.next_outcome("insufficient_funds")
    await report(world, call("crossing", account=OTHER, called=LEEDS, **LATER))
    [(_, declining)] = list(world.queues.waiting)
    world.queues.waiting.clear()
    await move_payment(world.services, declining.encode())
    await report(world, call("crossing", account=THIRD, called=LEEDS, **LATER))
    await tenant.store_card()
    world.queues.fault = _away
    await tenant.set_auto_recharge(trigger=usd("100"))
    world.queues.fault = None
    await world.queues.send("wakeups", json.dumps({"account": OTHER, "alarm": "2026-03-07T13:00:00Z"}))
    waiting = [call(f"waiting-{number}", called=LONDON, **LATER) for number in range(3)]
    await world.queues.send("usage", json.dumps(waiting[0]))
    await world.queues.send("usage", base64.b64encode(json.dumps(waiting[1:]).encode()).decode())
    await world.queues.send("usage", json.dumps(call("of the promotion")))


async def _away(_queue: str, _text: str) -> None:
    raise UnavailableError("the queues are away")


async def record(path: Path, version: str) -> None:
    """Run the scenario, and store the result."""
    world = World()
    await world.publish()
    tenant, other, third = (Tenant(world, account) for account in (ACCOUNT, OTHER, THIRD))
    for one in (tenant, other, third):
        await one.open()
    await booked(world, tenant)
    await in_flight(world, tenant, other, third)
    keep(world, path, version=version)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1]), sys.argv[2]))
