"""restart: stopped in the middle of its work and started again, the service loses nothing and doubles nothing."""

import argparse
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import IO

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from local.machine.paths import ROOT, STATE
from tests.proofs.prove.calls import new_account, new_records
from tests.proofs.prove.claim import SEED, Claim, Figure, Option
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.expected_bookings import Wanted, compare
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

ACCOUNTS = 2
STOPS = 4
"""A host by Ctrl-C, a host by SIGKILL, the whole machine by Ctrl-C, the whole machine by SIGKILL."""

GONE_SECONDS = 30.0
"""The guard gives what a killed parent leaves behind fifteen seconds."""

LOOK = 0.1


def attempt(chosen: argparse.Namespace) -> Figure:
    """Send in five parts; in the middle of each of the first four, something is stopped."""
    dice, evidence = random.Random(chosen.seed), Evidence()
    runs = STATE / "runs"
    runs.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=runs, prefix="restart-") as name:
        folder = Path(name)
        wanted, parts = _hosts_stopped(folder, dice, evidence, chosen.calls)
        evidence.same("left running after the end", _running(folder), [])
        waiting = []
        for part, number in ((parts[2], signal.SIGINT), (parts[3], signal.SIGKILL)):
            unsent, found = _machine_stopped(folder, part, _moment(dice, part), number)
            parts[4] += unsent
            waiting.append(found)
            evidence.same(f"left running after {number.name}", _left_running(folder), [])
        waiting.append(_finished(folder, parts[4], wanted, evidence))
    evidence.same("stops that came when nothing was to be done", waiting.count(0), 0)
    words = f"{chosen.calls} records, {STOPS} stops in mid-work: every figure exact, audit green, nothing left running"
    return evidence.figure(words, records=chosen.calls, stops=STOPS, waiting=waiting, seed=chosen.seed)


def _hosts_stopped(
    folder: Path, dice: random.Random, evidence: Evidence, calls: int
) -> tuple[Wanted, Sequence[list[str]]]:
    """Open the accounts, send the first two parts, and end orderly; what is wanted, and all parts."""
    accounts = [new_account(dice) for _ in range(ACCOUNTS)]
    with Machine.start(folder, settings=SHORT_LEASE) as machine, HttpClient(machine) as portal:
        publish_sample_card(machine)
        records = new_records(dice, PublishedCard(SAMPLE), accounts, calls, machine.now())
        wanted = Wanted.open(portal, records, accounts)
        parts = _parts(messages(dice, deliveries(dice, records)))
        _while_sending(machine, dice, parts[0], lambda: _interrupted(machine, evidence))
        _while_sending(machine, dice, parts[1], lambda: _killed(machine))
    return wanted, parts


def _finished(folder: Path, texts: list[str], wanted: Wanted, evidence: Evidence) -> int:
    """Start once more, send what is left, and hold all against what is wanted; how many messages were waiting."""
    with (
        Machine.start(folder, settings=SHORT_LEASE) as machine,
        HttpClient(machine) as portal,
        UsageQueue(machine) as queue,
    ):
        waiting = queue.waiting("usage")
        print(f"  started with {waiting} messages waiting", flush=True)
        queue.send(texts)
        queue.settle()
        compare(evidence, machine, portal, queue, wanted)
    return waiting


def _parts(texts: Sequence[str]) -> list[list[str]]:
    """*texts* in one part for each stop and one more."""
    return [list(texts[number :: STOPS + 1]) for number in range(STOPS + 1)]


def _moment(dice: random.Random, texts: Sequence[str]) -> int:
    """After how many messages of a part something is stopped: late enough that the host is behind."""
    return dice.randint(len(texts) // 2, len(texts))


def _while_sending(machine: Machine, dice: random.Random, texts: list[str], stop: Callable[[], None]) -> None:
    """Send *texts*, and stop something when a random part of them has been sent."""
    with UsageQueue(machine) as queue, ThreadPoolExecutor(1) as sender:
        sending = sender.submit(queue.send, texts)
        queue.until_sent(_moment(dice, texts))
        stop()
        sending.result()


def _interrupted(machine: Machine, evidence: Evidence) -> None:
    evidence.same("exit code of a host after Ctrl-C", machine.interrupt_host(), 0)
    print("  SIGINT to the host", flush=True)
    machine.start_host()


def _killed(machine: Machine) -> None:
    machine.kill_host()
    print("  SIGKILL to the host", flush=True)
    machine.start_host()


def _machine_stopped(folder: Path, texts: list[str], moment: int, number: signal.Signals) -> tuple[list[str], int]:
    """Run a machine in a process of its own and stop it when *moment* messages were sent; return those that were not,
    and how many were waiting at its start.
    """
    command = [sys.executable, "-m", "tests.proofs.prove.continuous_usage", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as standing:
        assert standing.stdin is not None
        assert standing.stdout is not None
        standing.stdin.write(json.dumps(texts))
        standing.stdin.close()
        waiting, sent = _line(standing.stdout), 0
        while sent < moment:
            sent = _line(standing.stdout)
        standing.send_signal(number)
    print(f"  started with {waiting} messages waiting, {number.name} to all after {sent} more", flush=True)
    return texts[sent:], waiting


def _line(output: IO[str]) -> int:
    """The next number that the machine tells."""
    line = output.readline()
    assert line, "the machine ended before it was stopped"
    return int(line)


def _left_running(folder: Path) -> list[str]:
    """What still runs when the guard has had its time."""
    deadline = monotonic() + GONE_SECONDS
    while (left := _running(folder)) and monotonic() < deadline:
        sleep(LOOK)
    return left


def _running(folder: Path) -> list[str]:
    """Command lines that name *folder*: storage, stand-ins and hosts all do."""
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


CLAIM = Claim(
    "restart",
    "stopped in mid-work by Ctrl-C or SIGKILL, a host or the whole machine, and started again: nothing lost or doubled",
    (Option("calls", 2000, 100, "records"), SEED),
    attempt,
)
