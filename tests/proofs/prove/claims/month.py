"""month: a month of a large organisation's calls, one export of the Teams admin centre, is imported while its host is
killed; every row is booked once, in bounded memory.
"""

import argparse
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any, TypeAlias
from uuid import uuid4

import psutil
from azure.storage.blob import BlobClient

from local.commands.sample_card import publish_sample_card
from local.host.queue_listeners import API_VERSION
from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.booked_events import booked_events
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Option, Result
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.sent_files import FileSender
from tests.proofs.prove.usage_queue import UsageQueue

MEBIBYTE = 1024 * 1024
MEMORY_MOST = 200
"""Mebibytes that the host may have while it imports."""

LEASE = {"LocalHost__queueLease": "00:01:00"}
"""The message of a killed host is delivered again after this time instead of ten minutes."""

HOURS_MOST = 6.0
EVENTS_A_MESSAGE = 90
TITLES = (
    "UsageId,Call ID,User Location,AAD ObjectId,Caller ID,Call Type,Destination Number,Start Time,End Time,"
    "Duration Seconds,Charge,Currency,Capability"
)
USERS = 2_000

Call: TypeAlias = tuple[str, str, str, str, int]
"""Id, user, called number, start and seconds."""


def test(chosen: argparse.Namespace) -> Result:
    """Import the export, with kills on the way; then send as many events by the queue alone."""
    checks = Checks()
    with (
        Machine.start(None, settings=LEASE) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
        peak_memory(machine) as peak,
    ):
        publish_sample_card(machine)
        sender, month, other = FileSender(client), str(uuid4()), str(uuid4())
        for account in (month, other):
            client.open(account)
        start = machine.now() - timedelta(days=31)
        size = put_export(machine, "month.csv", chosen.rows, start)
        print(f"  {chosen.rows} rows, {size // MEBIBYTE} MiB", flush=True)
        seconds = imported(machine, queue, sender, month, chosen)
        shown = sender.ended(RECEIPT)
        counts = {"state": "done", "read": chosen.rows, "booked": chosen.rows}
        checks.equal("the receipt", sender.counts(shown), counts)
        memory = peak[0] // MEBIBYTE
        checks.equal("within the memory", memory < MEMORY_MOST, expected=True)
        by_queue = sent_by_queue(queue, other, chosen.queued, start)
        booked, exported = booked_events(machine, month), [call(number, start)[0] for number in range(chosen.rows)]
        checks.equal("each row booked once, and nothing else", sorted(booked) == exported, expected=True)
        findings = audited(machine) if chosen.rows <= AUDITED else []
        checks.equal("the audit's findings", [str(finding) for finding in findings], [])
    rate, alone = chosen.rows / seconds, chosen.queued / by_queue
    return checks.result(
        f"{chosen.rows} rows ({size // MEBIBYTE} MiB) imported in {seconds:.0f} s with {chosen.kills} kills, each"
        f" booked once; {rate:.0f} rows a second, the queue alone {alone:.0f}; at most {memory} MiB of memory",
        rows=chosen.rows,
        seconds=round(seconds),
        rowsASecond=round(rate),
        queueAloneASecond=round(alone),
        memoryMiB=memory,
        kills=chosen.kills,
    )


RECEIPT = str(uuid4())
"""The id of the event that announces the file is its receipt."""

AUDITED = 200_000
"""The emulator reads an account's markers in a time that grows with the square of their number, so that the audit of a
million takes an hour. What is booked is compared with the export all the same, page by page.
"""


def imported(
    machine: Machine, queue: UsageQueue, sender: FileSender, account: str, chosen: argparse.Namespace
) -> float:
    """Announce the file, kill the host on the way, and give the seconds until it is read."""
    data = {"format": "teams-pstn", "account": account, "blob": "month.csv"}
    event = {"specversion": "1.0", "type": "credits.usage.file.v1", "source": "urn:prove:month", "id": RECEIPT}
    began = monotonic()
    queue.send([json.dumps({**event, "data": data})])
    for kill in range(1, chosen.kills + 1):
        sender.read_until(RECEIPT, chosen.rows * kill // (chosen.kills + 1), HOURS_MOST * 3600)
        machine.kill_host()
        print(f"  killed after {monotonic() - began:.0f} s", flush=True)
        machine.start_host()
    sender.ended(RECEIPT, HOURS_MOST * 3600)
    return monotonic() - began


def sent_by_queue(queue: UsageQueue, account: str, count: int, start: datetime) -> float:
    """Send *count* calls as events in messages that fill commits, and give the seconds until all are booked."""
    calls = [call(number, start) for number in range(count)]
    messages = [
        json.dumps([event_of(account, each) for each in calls[first : first + EVENTS_A_MESSAGE]])
        for first in range(0, count, EVENTS_A_MESSAGE)
    ]
    began = monotonic()
    queue.send(messages)
    queue.settle()
    return monotonic() - began


def call(number: int, start: datetime) -> Call:
    """Id, user, called number, start and seconds of a call."""
    at = start + timedelta(seconds=number * 2 % 2_600_000)
    called = f"+4420794{number % 100_000:05}"
    return f"{number:08x}-0000-4000-8000-000000000000", f"user-{number % USERS}", called, instant_text(at), number % 600


def event_of(account: str, call_: Call) -> dict[str, Any]:
    """*call_* as an event."""
    name, user, called, start, seconds = call_
    data: dict[str, Any] = {"account": account, "user": user, "direction": "out", "service": "user", "called": called}
    data |= {"startedAt": start, "durationSeconds": seconds}
    event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:prove:queue"}
    return {**event, "id": name, "data": data}


def put_export(machine: Machine, name: str, rows: int, start: datetime) -> int:
    """Write an export with *rows* into the container, in parts, and give its size."""
    size = 0

    def parts() -> Iterator[bytes]:
        nonlocal size
        yield (TITLES + "\n").encode()
        for first in range(0, rows, 10_000):
            lines = io.StringIO()
            for number in range(first, min(rows, first + 10_000)):
                row, user, called, at, seconds = call(number, start)
                lines.write(f"{row},c-{number},US,{user},+14255550100,user_out,{called},{at},{at},{seconds},0,USD,\n")
            part = lines.getvalue().encode()
            size += len(part)
            yield part

    with BlobClient.from_connection_string(machine.storage, "usage-files", name, api_version=API_VERSION) as blob:
        blob.upload_blob(parts(), overwrite=True)
    return size


@contextmanager
def peak_memory(machine: Machine) -> Iterator[list[int]]:
    """The most memory that the first host had in any of its lives, in bytes."""
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            try:
                peak[0] = max(peak[0], psutil.Process(machine.workers[0].pid).memory_info().rss)
            except psutil.Error:
                sleep(0.2)  # it was killed

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


CLAIM = Claim(
    "month",
    "a month of calls in one file is booked once each, in bounded memory, although its host is killed",
    (
        Option("rows", 1_000_000, 10, "rows of the export"),
        Option("kills", 2, 0, "how often the host is killed (SIGKILL) on the way"),
        Option("queued", 20_000, 90, "calls that are sent by the queue alone, to compare"),
    ),
    test,
)
