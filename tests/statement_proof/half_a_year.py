"""Half a year in which everything happens to an account, and the proofs of its statements."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.use_cases.refunds.start_refund import start_refund
from shared.use_cases.reports.report_file import as_file
from tests.fakes.world import World, request
from tests.tenant import BOSTON, LONDON, Tenant, call, report, subscription, usd
from tests.use_cases.test_reverse_movement import reverse

MONTHS = tuple(f"2026-{month:02d}" for month in range(3, 10))
"""In some of the later ones nothing was booked."""

SCRIPT = "verify_statement.py"


async def live_for_half_a_year(world: World) -> Tenant:
    """Purchases, recharges, grants, calls, a pool, a hold, overdraft, expiry, a refund, a correction, a reversal."""
    await world.publish()
    tenant = Tenant(world)
    await tenant.open()
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("20", "soon", expiresAt="2026-03-20T00:00:00Z")
    await tenant.store_card()
    await tenant.buy("50")
    await _call(world, "a", 600)
    await _call(world, "long", 9_000)  # more than there is: overdraft
    await tenant.buy("100", key="buy-2")
    await tenant.set_subscriptions(subscription("S-1", licences=1))
    await _call(world, "free", 900, capability="MCOPSTN1", usageLocation="US")
    await tenant.grant("5", "spring", kind="promotional", expiresAt="2026-03-10T00:00:00Z")
    await _call(world, "again", 120)
    await _call(world, "again", 240)
    [conflict] = await tenant.suspended()
    await tenant.accept(conflict["id"])
    await tenant.authorise("leg-1", called=LONDON)
    await _until(world, "2026-03-25T12:00:00Z")
    [debit, *_] = [each for each in await tenant.movements(kind="debit") if each["event"]]
    await reverse(tenant, debit)
    await tenant.set_auto_recharge(trigger=usd("80"))
    await world.drain()
    await _until(world, "2026-04-10T12:00:00Z")
    await _call(world, "april", 6_000)
    await world.drain()
    lots = [lot for lot in await tenant.lots() if lot["source"] == "recharge" and lot["state"] == "open"]
    await tenant.request(start_refund, {"lot": lots[0]["id"], "amount": usd("5")}, key="r-1")
    await world.drain()
    await _until(world, "2026-06-02T12:00:00Z")
    await _call(world, "june", 60)
    await _until(world, "2026-09-02T12:00:00Z")
    return tenant


def kept_from_emails(world: World) -> dict[str, str]:
    """The hash that a reader keeps of each month: what the e-mails say, and nothing else."""
    commands = (line.split() for each in world.mail.emails for line in each.text.splitlines() if SCRIPT in line)
    return {file.removeprefix("statement-").removesuffix(".proof"): chain for file, chain in _arguments(commands)}


def _arguments(commands: Iterable[list[str]]) -> Iterator[tuple[str, str]]:
    for command in commands:
        if command[:2] == ["python3", SCRIPT]:
            _, _, file, chain = command
            yield file, chain


async def proof_of(tenant: Tenant, month: str) -> list[str]:
    """The lines of a month's proof, as the service answers them."""
    asked = request(tenant.account, month=month)
    reply: Any = await as_file("proofs", "proof")(tenant.world.services, asked)
    assert reply.status == 200
    lines: list[str] = reply.value.decode("ascii").splitlines()
    return lines


async def _call(world: World, name: str, seconds: int, **data: str) -> None:
    started = instant_text(world.clock.time - timedelta(seconds=seconds))
    await report(world, call(name, seconds, called=BOSTON, startedAt=started, **data))


async def _until(world: World, text: str) -> None:
    """Move the clock, a day at a time, and do what is due."""
    while world.clock.time < parse_instant(text):
        world.clock.time = min(parse_instant(text), world.clock.time + timedelta(days=1))
        await world.tick()
