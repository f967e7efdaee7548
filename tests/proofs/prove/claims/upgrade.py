"""upgrade: an earlier and the current version run side by side, and the current one finishes what the earlier began."""

import argparse
import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from local.machine.paths import ROOT, STATE
from tests.proofs.prove.buyer import Buyer
from tests.proofs.prove.calls import new_account, new_records
from tests.proofs.prove.claim import SEED, Claim, Option, Result, TextOption
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.expected_bookings import ExpectedBookings, compare
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.upgrade.earlier import EARLIER_REVISION, NoSuchRevisionError, differing, unpack
from tests.proofs.prove.upgrade.mixed_hosts import (
    WorkInFlight,
    messages_and_rows_in_flight,
    replace_while_sending,
    split,
)

WORKERS, ACCOUNTS, PURCHASES = 3, 3, 6

STARTED = 60
"""Messages that wait when the last hosts of the earlier version are killed: too few to block the sender."""

LATER = timedelta(hours=2)
"""Later than every alarm that is left, and than the first retry of a declined card."""

IN_FLIGHT = ("usage", "recharges", "notices", "wakeups", "outbox rows", "alarms")
"""What must be in flight when the current version takes over, or nothing would be proved."""


def test(chosen: argparse.Namespace) -> Result:
    """Unpack the earlier version, and let the current one take over from it under load."""
    revision = vars(chosen)["from"]
    runs = STATE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=runs, prefix="earlier-") as name:
        try:
            before = unpack(revision, Path(name))
        except NoSuchRevisionError as absent:
            return Result(passed=False, summary=f"not tried: {absent}", facts={"tried": False})
        differ = differing(before)
        print(f"  {revision} and the current version differ in {differ} files of shared and functions", flush=True)
        with (
            Machine.start(None, workers=WORKERS, settings=SHORT_LEASE, code=before) as machine,
            Environment.on(machine) as env,
        ):
            env.checks.equal("an earlier version without a difference", [] if differ else [revision], [])
            facts = _take_over(env, before, chosen)
            words = (
                "the current version finished {records} records, {purchases} purchases, and every kind of message, "
                "outbox row and alarm that the earlier version had left, each once; no audit findings, queues empty"
            ).format(**facts)
            return env.checks.result(words, revision=revision, differing=differ, **facts)


def _take_over(env: Environment, before: Path, chosen: argparse.Namespace) -> dict[str, int]:
    rng, machine = random.Random(chosen.seed), env.machine
    publish_sample_card(machine)
    accounts = [new_account(rng) for _ in range(ACCOUNTS)]
    records = new_records(rng, PublishedCard(SAMPLE), accounts, chosen.calls, machine.now())
    expected = ExpectedBookings.open(env.client, records, accounts)
    in_flight = WorkInFlight.open(env)
    parts = split(messages(rng, deliveries(rng, records)), WORKERS)
    buyer = Buyer(env.client, accounts[0], PURCHASES, WORKERS, chosen.seed)
    with buyer.buying():
        replace_while_sending(env, rng, parts[0], 0, machine.kill_host)
        replace_while_sending(env, rng, parts[1], 1, machine.interrupt_host)
        _replace_all_at_once(env, before, in_flight, parts[2])
    env.queue.settle()
    machine.move_clock(machine.now() + LATER)
    expected.bought[accounts[0]] = buyer.spent
    in_flight.compare(env)
    compare(env.checks, machine, env.client, env.queue, expected)
    return {"records": len(records), "purchases": len(buyer.bought)}


def _replace_all_at_once(env: Environment, before: Path, in_flight: WorkInFlight, texts: list[str]) -> None:
    """Kill all hosts during work, let the earlier version leave its messages, and start only the current version."""
    machine = env.machine
    env.queue.send(texts[:-STARTED])
    for index in range(WORKERS):
        machine.freeze_host(index)
    env.queue.send(texts[-STARTED:])
    for index in range(WORKERS):
        machine.kill_host(index)
    in_flight.leave_behind(env, before)
    left = messages_and_rows_in_flight(env)
    print(f"  in flight without a host: {dict(left)}", flush=True)
    env.checks.equal("kinds in flight", [kind for kind in IN_FLIGHT if not left[kind]], [])
    for index in range(WORKERS):
        machine.workers[index].code = ROOT
        machine.start_host(index)
    print("  all hosts run the current version", flush=True)


CLAIM = Claim(
    "upgrade",
    "an earlier version is replaced host by host under load, and everything it had in flight is finished exactly once",
    (
        TextOption("from", EARLIER_REVISION, "the earlier revision"),
        Option("calls", 600, 300, "records"),
        SEED,
    ),
    test,
)
