"""exactly-once: each record is booked once, however often, late and out of order it is delivered, with hosts killed."""

import argparse
import random
from collections.abc import Mapping
from datetime import timedelta

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from tests.proofs.prove.buyer import Buyer
from tests.proofs.prove.calls import new_account, new_records
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.expected_bookings import ExpectedBookings, compare
from tests.proofs.prove.faulty_network import FaultyNetwork
from tests.proofs.prove.host_faults import SHORT_LEASE, HostFaults
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

ACCOUNTS = 3
PURCHASES_MOST = 30
"""An account has at most forty open lots."""

LATER = timedelta(minutes=10)
"""Later than every alarm that a killed host may have left: outbox one minute, a purchase in progress two."""


def test(chosen: argparse.Namespace) -> Result:
    """Deliver, kill and buy at the same time; then compare every amount with the expected one."""
    rng, checks = random.Random(chosen.seed), Checks()
    settings = SHORT_LEASE if chosen.kills or chosen.faults else {}
    network = FaultyNetwork(random.Random(chosen.seed))
    with (
        Machine.start(None, workers=chosen.workers, settings=settings, between=network.between) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        publish_sample_card(machine)
        accounts = [new_account(rng) for _ in range(ACCOUNTS)]
        records = new_records(rng, PublishedCard(SAMPLE), accounts, chosen.calls, machine.now())
        expected = ExpectedBookings.open(client, records, accounts)
        sent = deliveries(rng, records)
        texts = messages(rng, sent)
        print(f"  {len(records)} records, {len(sent)} deliveries in {len(texts)} messages", flush=True)
        buyer = Buyer(client, accounts[0], min(PURCHASES_MOST, 5 + chosen.kills), chosen.workers, chosen.seed)
        host_faults = HostFaults(machine, rng, chosen.kills)
        with network.faults(chosen.faults), buyer.buying():
            host_faults.send_with_faults(queue, texts)
        queue.settle()
        machine.move_clock(machine.now() + LATER)
        expected.bought[accounts[0]] = buyer.spent
        buyer.compare(checks, machine)
        compare(checks, machine, client, queue, expected)
    for fault, times in sorted(network.counts.items()):
        print(f"  {fault.value:<40}{times:>6}")
    facts = {
        "records": len(records),
        "deliveries": len(sent),
        "messages": len(texts),
        "workers": chosen.workers,
        "kills": host_faults.killed,
        "freezes": host_faults.frozen,
        "faults": network.counts.total(),
        "purchases": len(buyer.bought),
        "seed": chosen.seed,
    }
    return checks.result(_words(facts), **facts)


def _words(facts: Mapping[str, int]) -> str:
    return (
        "{records} records, delivered {deliveries} times in {messages} messages to {workers} hosts ({kills} killed, "
        "{freezes} frozen, {faults} requests to storage lost, refused or late), made {records} debits and "
        "{purchases} purchases; balances exact, no audit findings, queues empty"
    ).format(**facts)


CLAIM = Claim(
    "exactly-once",
    "each record, delivered one to three times in any order and batch while hosts are killed, makes exactly one debit",
    (
        Option("calls", 10_000, 1, "records"),
        Option("workers", 4, 1, "host processes"),
        Option("kills", 20, 0, "how often a host is killed (SIGKILL) and restarted meanwhile"),
        Option("faults", 1, 0, "percentage of requests to storage that are lost, refused or late"),
        SEED,
    ),
    test,
)
