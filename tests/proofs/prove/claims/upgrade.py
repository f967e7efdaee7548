"""upgrade: an earlier and the present version work side by side, and the present one finishes what the other began."""

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
from tests.proofs.prove.claim import SEED, Claim, Figure, Option, Word
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.expected_bookings import Wanted, compare
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.upgrade.earlier import BEFORE, NoSuchRevisionError, differing, unpack
from tests.proofs.prove.upgrade.mixed_hosts import Begun, left_behind, parts_of, replace_while_sending

WORKERS, ACCOUNTS, PURCHASES = 3, 3, 6

STARTED = 60
"""Messages that wait when the last hosts of the earlier version are killed: fewer than stop a sender."""

LATER = timedelta(hours=2)
"""Behind every alarm that was left, and behind the first retry of a declined card."""

IN_FLIGHT = ("usage", "recharges", "notices", "wakeups", "outbox rows", "alarms")
"""What must be there when the present version takes over: with nothing in flight, nothing would be proved."""


def attempt(chosen: argparse.Namespace) -> Figure:
    """Unpack the earlier version, and let the present one take over from it under load."""
    revision = vars(chosen)["from"]
    runs = STATE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=runs, prefix="earlier-") as name:
        try:
            before = unpack(revision, Path(name))
        except NoSuchRevisionError as absent:
            return Figure(holds=False, words=f"not tried: {absent}", facts={"tried": False})
        differ = differing(before)
        print(f"  {revision} and the present version differ in {differ} files of shared and functions", flush=True)
        with (
            Machine.start(None, workers=WORKERS, settings=SHORT_LEASE, code=before) as machine,
            Stage.on(machine) as stage,
        ):
            stage.evidence.same("a version that is the present one", [] if differ else [revision], [])
            facts = _taken_over(stage, before, chosen)
            words = (
                "{records} records, {purchases} purchases and every kind of message, outbox row and alarm that "
                "the earlier version had left were finished by the present one; each once, audit green, queues empty"
            ).format(**facts)
            return stage.evidence.figure(words, revision=revision, differing=differ, **facts)


def _taken_over(stage: Stage, before: Path, chosen: argparse.Namespace) -> dict[str, int]:
    dice, machine = random.Random(chosen.seed), stage.machine
    publish_sample_card(machine)
    accounts = [new_account(dice) for _ in range(ACCOUNTS)]
    records = new_records(dice, PublishedCard(SAMPLE), accounts, chosen.calls, machine.now())
    wanted = Wanted.open(stage.portal, records, accounts)
    begun = Begun.open(stage)
    parts = parts_of(messages(dice, deliveries(dice, records)), WORKERS)
    buyer = Buyer(stage.portal, accounts[0], PURCHASES, WORKERS, chosen.seed)
    with buyer.at_work():
        replace_while_sending(stage, dice, parts[0], 0, machine.kill_host)
        replace_while_sending(stage, dice, parts[1], 1, machine.interrupt_host)
        _last_one(stage, before, begun, parts[2])
    stage.queue.settle()
    machine.move_clock(machine.now() + LATER)
    wanted.bought[accounts[0]] = buyer.spent
    begun.compare(stage)
    compare(stage.evidence, machine, stage.portal, stage.queue, wanted)
    return {"records": len(records), "purchases": len(buyer.bought)}


def _last_one(stage: Stage, before: Path, begun: Begun, texts: list[str]) -> None:
    """All hosts die with work in hand, the earlier version leaves its messages, and only the present one comes back."""
    machine = stage.machine
    stage.queue.send(texts[:-STARTED])
    for index in range(WORKERS):
        machine.freeze_host(index)
    stage.queue.send(texts[-STARTED:])
    for index in range(WORKERS):
        machine.kill_host(index)
    begun.leave(stage, before)
    left = left_behind(stage)
    print(f"  in flight without a host: {dict(left)}", flush=True)
    stage.evidence.same("kinds in flight", [kind for kind in IN_FLIGHT if not left[kind]], [])
    for index in range(WORKERS):
        machine.workers[index].code = ROOT
        machine.start_host(index)
    print("  all hosts run the present version", flush=True)


CLAIM = Claim(
    "upgrade",
    "an earlier version is replaced host by host under load, and what it had in flight is finished, each once",
    (
        Word("from", BEFORE, "the earlier revision"),
        Option("calls", 600, 300, "records"),
        SEED,
    ),
    attempt,
)
