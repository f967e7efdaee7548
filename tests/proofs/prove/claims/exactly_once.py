"""exactly-once: every record is booked once, however often, late and crosswise it is delivered, and whoever dies."""

import argparse
import random
from collections.abc import Mapping
from datetime import timedelta

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from tests.proofs.prove.buyer import Buyer
from tests.proofs.prove.calls import new_account, new_records
from tests.proofs.prove.claim import SEED, Claim, Figure, Option
from tests.proofs.prove.deliveries import deliveries, messages
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.expected_bookings import Wanted, compare
from tests.proofs.prove.faulty_network import FaultyNetwork
from tests.proofs.prove.host_faults import SHORT_LEASE, HostFaults
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

ACCOUNTS = 3
PURCHASES_MOST = 30
"""An account has at most forty open lots."""

LATER = timedelta(minutes=10)
"""Behind every alarm that a killed host may have left: outbox one minute, a purchase under way two."""


def attempt(chosen: argparse.Namespace) -> Figure:
    """Deliver, kill and buy at once; then hold every figure against what was worked out beforehand."""
    dice, evidence = random.Random(chosen.seed), Evidence()
    settings = SHORT_LEASE if chosen.kills or chosen.faults else {}
    network = FaultyNetwork(random.Random(chosen.seed))
    with (
        Machine.start(None, workers=chosen.workers, settings=settings, between=network.between) as machine,
        HttpClient(machine) as portal,
        UsageQueue(machine) as queue,
    ):
        publish_sample_card(machine)
        accounts = [new_account(dice) for _ in range(ACCOUNTS)]
        records = new_records(dice, PublishedCard(SAMPLE), accounts, chosen.calls, machine.now())
        wanted = Wanted.open(portal, records, accounts)
        sent = deliveries(dice, records)
        texts = messages(dice, sent)
        print(f"  {len(records)} records, {len(sent)} deliveries in {len(texts)} messages", flush=True)
        buyer = Buyer(portal, accounts[0], min(PURCHASES_MOST, 5 + chosen.kills), chosen.workers, chosen.seed)
        disturber = HostFaults(machine, dice, chosen.kills)
        with network.disturbing(chosen.faults), buyer.at_work():
            disturber.during(queue, texts)
        queue.settle()
        machine.move_clock(machine.now() + LATER)
        wanted.bought[accounts[0]] = buyer.spent
        buyer.compare(evidence, machine)
        compare(evidence, machine, portal, queue, wanted)
    for fault, times in sorted(network.met.items()):
        print(f"  {fault.value:<40}{times:>6}")
    facts = {
        "records": len(records),
        "deliveries": len(sent),
        "messages": len(texts),
        "workers": chosen.workers,
        "kills": disturber.killed,
        "freezes": disturber.frozen,
        "faults": network.met.total(),
        "purchases": len(buyer.bought),
        "seed": chosen.seed,
    }
    return evidence.figure(_words(facts), **facts)


def _words(facts: Mapping[str, int]) -> str:
    return (
        "{records} records, delivered {deliveries} times in {messages} messages to {workers} hosts ({kills} killed, "
        "{freezes} frozen, {faults} requests to storage lost, refused or late), made {records} debits beside "
        "{purchases} purchases; balances exact, audit green, queues empty"
    ).format(**facts)


CLAIM = Claim(
    "exactly-once",
    "each record delivered one to three times, in any order and packing, makes exactly one debit, whichever host dies",
    (
        Option("calls", 10_000, 1, "records"),
        Option("workers", 4, 1, "host processes"),
        Option("kills", 20, 0, "how often a host is killed (SIGKILL) meanwhile, and started again"),
        Option("faults", 1, 0, "how many of a hundred requests to storage are lost, refused or late meanwhile"),
        SEED,
    ),
    attempt,
)
