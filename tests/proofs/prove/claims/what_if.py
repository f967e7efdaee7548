"""what-if: a month of 100,000 calls again, through the rules that book it, in seconds and without a write (R21)."""

import argparse
import asyncio
import json
import random
from copy import deepcopy
from datetime import timedelta
from time import monotonic, process_time
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.use_cases.insight.what_if import what_if
from tests.fakes.world import START, World
from tests.proofs.bench.waiting_records import store_waiting
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.tenant import Tenant, call, report, subscription, usd

BATCH = 90
"""Calls of one message: about as many as a commit holds."""

MONTH = timedelta(days=30)
NUMBERS = ("+442079460123", "+441134960123", "+16175550123")
DEARER = b"""prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
44,United Kingdom,mixed,GB,0.04,0,60,60
1,North America,mixed,US,0.60,0.10,0,1
"""
SECONDS_MAX = 60
"""Of processor time, which other programs on the computer do not lengthen."""


def test(chosen: argparse.Namespace) -> Result:
    """Book a month of calls, then ask: the same again, another amount, another rate card, a subscription."""
    return asyncio.run(_test(chosen))


async def _test(chosen: argparse.Namespace) -> Result:
    checks, world = Checks(), World()
    await world.publish()
    await world.publish(DEARER, "dearer")
    tenant = Tenant(world)
    await _booked(tenant, chosen.calls, random.Random(chosen.seed))
    await store_waiting(world.services, [AccountId(tenant.account)])
    before = deepcopy(world.ledger.partitions)
    began, worked = monotonic(), process_time()
    same = await _ask(tenant)
    seconds, worked = monotonic() - began, process_time() - worked
    print(f"  as booked  {_line(same['asBooked'])}", flush=True)
    print(f"  the same   {_line(same['asIf'])}   {seconds:.1f} s, {worked:.1f} s of processor", flush=True)
    checks.equal("the same again", same["asIf"], same["asBooked"])
    largest = await _ask(tenant, autoRecharge={"trigger": usd("500"), "amount": usd("5000")})
    print(f"  another order {_line(largest['asIf'])}", flush=True)
    checks.equal("fewer charges", largest["asIf"]["recharges"] < same["asBooked"]["recharges"], expected=True)
    checks.equal("the same price", largest["asIf"]["charges"], same["asBooked"]["charges"])
    dearer = await _ask(tenant, rateCard="dearer")
    print(f"  another card  {_line(dearer['asIf'])} {dearer['rated']}", flush=True)
    checks.equal("calls rated by number", dearer["rated"]["byNumber"], chosen.calls)
    checks.equal("dearer", _amount(dearer, "asIf") > _amount(dearer, "asBooked"), expected=True)
    plan = await _ask(tenant, subscriptions=[subscription("S-1", licences=5)])
    print(f"  a subscription {_line(plan['asIf'])}", flush=True)
    checks.equal("cheaper with a pool", _amount(plan, "asIf") < _amount(plan, "asBooked"), expected=True)
    checks.equal("nothing was written", world.ledger.partitions == before, expected=True)
    checks.equal(f"{worked:.1f} s of processor are at most {SECONDS_MAX}", worked <= SECONDS_MAX, expected=True)
    words = f"{chosen.calls:,} calls replayed with {worked:.1f} s of processor, to the last micro-unit as booked"
    return checks.result(words, calls=chosen.calls, seconds=round(seconds, 1), processor=round(worked, 1))


async def _booked(tenant: Tenant, calls: int, rng: random.Random) -> None:
    world = tenant.world
    await tenant.open()
    await tenant.grant("1000")
    await tenant.set_administrators({"address": "admin@example.com", "roles": ["Billing"]})
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("500"), amount=usd("1000"))
    batches = -(-calls // BATCH)
    for number in range(batches):
        world.clock.time = START + MONTH * (number + 1) / batches
        await world.tick()
        first, last = number * BATCH, min(calls, (number + 1) * BATCH)
        await report(
            world,
            [_call(each, instant_text(world.clock.time - timedelta(hours=1)), rng) for each in range(first, last)],
        )
        await world.drain()


def _call(number: int, started_at: str, rng: random.Random) -> dict[str, Any]:
    seconds = round(rng.lognormvariate(4.8, 0.9))
    plan = {"capability": "MCOPSTN1", "usageLocation": "US"}
    return call(
        f"{number}",
        min(3_000, seconds),
        called=rng.choice(NUMBERS),
        startedAt=started_at,
        user=f"u{number % 50}",
        **plan,
    )


async def _ask(tenant: Tenant, **asked: Any) -> dict[str, Any]:
    body = {"from": instant_text(START), "to": instant_text(START + 2 * MONTH), **asked}
    reply = await tenant.request(what_if, body)
    found: dict[str, Any] = json.loads(json.dumps(reply.value))
    return found


def _amount(found: dict[str, Any], name: str) -> float:
    return float(found[name]["charges"]["amount"])


def _line(totals: dict[str, Any]) -> str:
    shown = {name: value["amount"] if isinstance(value, dict) else value for name, value in totals.items()}
    return ", ".join(f"{name} {value}" for name, value in shown.items())


CLAIM = Claim(
    "what-if",
    "a window of calls, replayed as booked, gives what was booked; with other settings, prices or plans it tells the "
    "difference, within seconds and without a write",
    (Option("calls", 100_000, 3_000, "number of calls"), SEED),
    test,
)
