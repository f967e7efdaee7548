"""restart: when stopped in the middle of its work and restarted, the service loses and duplicates nothing."""

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
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.expected_bookings import ExpectedBookings, compare
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

ACCOUNTS = 2
STOPS = 4
"""A host by Ctrl-C, a host by SIGKILL, the whole machine by Ctrl-C, the whole machine by SIGKILL."""

GONE_SECONDS = 30.0
"""Twice the fifteen seconds that the watchdog gives the children of a killed parent."""

POLL_SECONDS = 0.1


def test(chosen: argparse.Namespace) -> Result:
    """Send in five parts; stop a host or the machine in the middle of each of the first four."""
    rng, checks = random.Random(chosen.seed), Checks()
    runs = STATE / "runs"
    runs.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=runs, prefix="restart-") as name:
        folder = Path(name)
        expected, parts = _stop_hosts(folder, rng, checks, chosen.calls)
        checks.equal("processes still running after the end", _running(folder), [])
        waiting = []
        for part, number in ((parts[2], signal.SIGINT), (parts[3], signal.SIGKILL)):
            unsent, found = _stop_machine(folder, part, _moment(rng, part), number)
            parts[4] += unsent
            waiting.append(found)
            checks.equal(f"processes still running after {number.name}", _still_running(folder), [])
        waiting.append(_finish(folder, parts[4], expected, checks))
    checks.equal("stops while no message was waiting", waiting.count(0), 0)
    words = f"{chosen.calls} records, {STOPS} stops during work: every amount exact, no audit findings, no process left"
    return checks.result(words, records=chosen.calls, stops=STOPS, waiting=waiting, seed=chosen.seed)


def _stop_hosts(
    folder: Path, rng: random.Random, checks: Checks, calls: int
) -> tuple[ExpectedBookings, Sequence[list[str]]]:
    """Open the accounts, send the first two parts, and stop normally; return the expected bookings and all parts."""
    accounts = [new_account(rng) for _ in range(ACCOUNTS)]
    with Machine.start(folder, settings=SHORT_LEASE) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        records = new_records(rng, PublishedCard(SAMPLE), accounts, calls, machine.now())
        expected = ExpectedBookings.open(client, records, accounts)
        parts = _parts(messages(rng, deliveries(rng, records)))
        _while_sending(machine, rng, parts[0], lambda: _interrupt_host(machine, checks))
        _while_sending(machine, rng, parts[1], lambda: _kill_host(machine))
    return expected, parts


def _finish(folder: Path, texts: list[str], expected: ExpectedBookings, checks: Checks) -> int:
    """Start again, send the rest, compare all bookings with the expected ones; return how many messages waited."""
    with (
        Machine.start(folder, settings=SHORT_LEASE) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        waiting = queue.waiting("usage")
        print(f"  started with {waiting} messages waiting", flush=True)
        queue.send(texts)
        queue.settle()
        compare(checks, machine, client, queue, expected)
    return waiting


def _parts(texts: Sequence[str]) -> list[list[str]]:
    """Split *texts* into one part for each stop, and one more."""
    return [list(texts[number :: STOPS + 1]) for number in range(STOPS + 1)]


def _moment(rng: random.Random, texts: Sequence[str]) -> int:
    """The number of messages of a part after which to stop: late enough that the host has a backlog."""
    return rng.randint(len(texts) // 2, len(texts))


def _while_sending(machine: Machine, rng: random.Random, texts: list[str], stop: Callable[[], None]) -> None:
    """Send *texts*, and call *stop* when a random number of them has been sent."""
    with UsageQueue(machine) as queue, ThreadPoolExecutor(1) as sender:
        sending = sender.submit(queue.send, texts)
        queue.until_sent(_moment(rng, texts))
        stop()
        sending.result()


def _interrupt_host(machine: Machine, checks: Checks) -> None:
    checks.equal("exit code of a host after Ctrl-C", machine.interrupt_host(), 0)
    print("  SIGINT to the host", flush=True)
    machine.start_host()


def _kill_host(machine: Machine) -> None:
    machine.kill_host()
    print("  SIGKILL to the host", flush=True)
    machine.start_host()


def _stop_machine(folder: Path, texts: list[str], moment: int, number: signal.Signals) -> tuple[list[str], int]:
    """Run a machine in a separate process and send it the signal *number* when *moment* messages were sent; return the
    unsent messages, and how many were waiting at the start.
    """
    command = [sys.executable, "-m", "tests.proofs.prove.continuous_usage", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(texts))
        running.stdin.close()
        waiting, sent = _line(running.stdout), 0
        while sent < moment:
            sent = _line(running.stdout)
        running.send_signal(number)
    print(f"  started with {waiting} messages waiting, {number.name} to all after {sent} more", flush=True)
    return texts[sent:], waiting


def _line(output: IO[str]) -> int:
    """The next number in the machine's output."""
    line = output.readline()
    assert line, "the machine ended before it was stopped"
    return int(line)


def _still_running(folder: Path) -> list[str]:
    """Processes that still run after the watchdog's time limit."""
    deadline = monotonic() + GONE_SECONDS
    while (left := _running(folder)) and monotonic() < deadline:
        sleep(POLL_SECONDS)
    return left


def _running(folder: Path) -> list[str]:
    """Command lines that contain *folder*, as those of storage, stand-ins and hosts do."""
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


CLAIM = Claim(
    "restart",
    "a host or the whole machine, stopped during work by Ctrl-C or SIGKILL and restarted, loses and duplicates nothing",
    (Option("calls", 2000, 100, "records"), SEED),
    test,
)
