"""bridge: what AWS announces is booked once, however often, in any order, and wherever the bridge dies."""

import argparse
import asyncio
import json
import logging
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from moto.server import ThreadedMotoServer

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.loopback import ANY_PORT, LOOPBACK
from local.machine.machine import Machine
from local.machine.paths import ROOT
from shared.settings import read_settings
from shared.use_cases.collection.s3_notification import announced
from shared.wiring.composition import current_clock, opened
from tests.aws import REGION, Aws, make_aws
from tests.proofs.prove.bridge.life import Life
from tests.proofs.prove.bridge.mortal import GAPS
from tests.proofs.prove.bridge.objects import FOLDER, Stored, announcements, connector, recorded, streamed
from tests.proofs.prove.calls import new_account, new_records
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.expected_bookings import ExpectedBookings, compare
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

ACCOUNTS = 3
PROFILE = "connectors"
RECEIVES_MAX = 5
"""As docs/connect-aws.md sets it."""

BATCH = 10
LATEST_DEATH = 3
RUNS_MOST = 60
"""Runs after the last crash: what cannot be read is received five times, a run apart."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Runs of the bridge between *aws* and *machine*."""

    machine: Machine
    aws: Aws

    def run(self, gap: tuple[str, str] | None = None, times: int = 1) -> int:
        """One run in a process of its own, and its exit code; it dies in *gap*."""
        life = Life(
            settings=dict(self.machine.settings),
            clock=str(self.machine.folder / "clock"),
            region=REGION,
            endpoint=self.aws.endpoint,
            queue_url=self.aws.queue,
            profile=PROFILE,
            gap=gap,
            times=times,
        )
        command = [sys.executable, "-m", "tests.proofs.prove.bridge.life", life.text()]
        return subprocess.run(command, cwd=ROOT, check=False).returncode

    def run_until_empty(self) -> None:
        """Let the timer fire until nothing is left on the queue."""
        for _ in range(RUNS_MOST):
            if not self.aws.waiting():
                return
            assert self.run() == 0, "a run without a crash failed"
        raise AssertionError(f"{self.aws.waiting()} announcements are left")


def test(chosen: argparse.Namespace) -> Result:
    """Store objects, announce them, let the bridge die in every gap, and compare the bookings with the calls."""
    rng, checks = random.Random(chosen.seed), Checks()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # moto's server logs every request
    server = ThreadedMotoServer(ip_address=LOOPBACK, port=ANY_PORT, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        with Machine.start(None) as machine, HttpClient(machine) as client, UsageQueue(machine) as queue:
            publish_sample_card(machine)
            accounts = [new_account(rng) for _ in range(ACCOUNTS)]
            calls = new_records(rng, PublishedCard(SAMPLE), accounts, chosen.objects, machine.now())
            calls_stored = [recorded(call, number) for number, call in enumerate(calls)]
            bridge = Bridge(machine, make_aws(f"http://{host}:{port}", RECEIVES_MAX))
            expected = ExpectedBookings.open(client, [each.record for each in calls_stored if each.record], accounts)
            asyncio.run(_put_profile(machine, accounts))
            plan = Plan(rng, calls_stored, chosen.crashes)
            facts = _run(checks, bridge, client, plan)
            queue.settle()
            compare(checks, machine, client, queue, expected)
    finally:
        server.stop()
    return checks.result(_words(facts), **facts, seed=chosen.seed)


@dataclass(frozen=True, slots=True)
class Plan:
    """The objects of calls, and how often the bridge dies in each gap."""

    rng: random.Random
    calls: Sequence[Stored]
    crashes: int


def _run(checks: Checks, bridge: Bridge, client: HttpClient, plan: Plan) -> dict[str, int]:
    """Announce everything, crash, and let the bridge come to its end; then mend what became a dead letter."""
    aws, rng, calls, crashes = bridge.aws, plan.rng, plan.calls, plan.crashes
    extra = max(1, len(calls) // 100)
    missing = rng.sample(list(calls), extra)
    unintelligible = [Stored(f"{FOLDER}/broken-{number}", f"<broken {number}>".encode()) for number in range(extra)]
    stored = [*calls, *(streamed(each) for each in calls[: 10 * extra]), *unintelligible]
    for each in stored:
        if each not in missing:
            aws.put(each.key, each.content)
    bodies = announcements(rng, aws.bucket, stored)
    _announce(aws, bodies)
    print(f"  {len(calls)} calls, {len(stored)} objects, {len(bodies)} announcements", flush=True)
    died = Counter(gap for gap in GAPS * crashes if bridge.run(gap, rng.randint(1, LATEST_DEATH)) != 0)
    for gap in GAPS:
        print(f"  died between {gap[0]!r} and {gap[1]!r}: {died[gap]} times", flush=True)
        checks.equal(f"the bridge died between {gap[0]!r} and {gap[1]!r}", died[gap] > 0, crashes > 0)
    bridge.run_until_empty()
    dead = _dead_letters(aws)
    checks.equal_items("dead letters", dead, {each.key for each in missing})
    for key in sorted(dead):
        print(f"  dead letter: {key}", flush=True)
    _check_suspense(checks, client, unintelligible)
    for each in missing:
        aws.put(each.key, each.content)
    while aws.waiting(aws.dead):
        aws.move_back()
    bridge.run_until_empty()
    checks.equal("dead letters after they were moved back", aws.waiting(aws.dead), 0)
    facts = {"calls": len(calls), "objects": len(stored), "announcements": len(bodies), "crashes": died.total()}
    return {**facts, "deadLetters": len(dead), "unintelligible": len(unintelligible)}


async def _put_profile(machine: Machine, accounts: Sequence[str]) -> None:
    """Store the profile that says which account each Voice Connector belongs to."""
    profile = {"format": "chime-cdr", "accountOf": {connector(account): account for account in accounts}}
    async with opened(read_settings(machine.settings), current_clock()) as services:
        await services.imports.put_profile(PROFILE, json.dumps(profile))


def _announce(aws: Aws, bodies: Sequence[str]) -> None:
    for start in range(0, len(bodies), BATCH):
        entries = [
            {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[start : start + BATCH])
        ]
        aws.sqs.send_message_batch(QueueUrl=aws.queue, Entries=entries)


def _dead_letters(aws: Aws) -> set[str]:
    """The keys of the objects that the dead letters announce. The letters stay where they are."""
    found: set[str] = set()
    while bodies := aws.bodies(aws.dead):
        found |= {where.key for body in bodies for where in announced(body)}
    waiting = aws.sqs.receive_message(QueueUrl=aws.dead, MaxNumberOfMessages=BATCH, VisibilityTimeout=0)
    assert not waiting.get("Messages")
    return found


def _check_suspense(checks: Checks, client: HttpClient, unintelligible: Sequence[Stored]) -> None:
    """What is not JSON waits in suspense, once; it is dismissed, so that the rest can be compared."""
    items = list(client.suspense())
    checks.equal_items(
        "suspense", [item["message"] for item in items], [each.content.decode() for each in unintelligible]
    )
    for item in items:
        client.operate("POST", f"/suspense/{item['id']}/dismiss", json={"reason": "not a record"}).raise_for_status()


def _words(facts: dict[str, int]) -> str:
    return (
        "{calls} calls in {objects} objects, announced {announcements} times in random order, with {crashes} crashes "
        "between any two steps: {calls} booked once, {deadLetters} dead letters named and booked after they were "
        "mended, {unintelligible} objects in suspense, no streaming record booked"
    ).format(**facts)


CLAIM = Claim(
    "bridge",
    "each object that AWS announces one to three times is booked once, wherever the bridge dies; the rest is named",
    (
        Option("objects", 1_000, 1, "calls, each in an object of its own"),
        Option("crashes", 4, 0, "how often the bridge dies (SIGKILL) between each two of its steps"),
        SEED,
    ),
    test,
)
