"""one-charge: however many calls cross the trigger at once, on however many hosts, one payment is made."""

import argparse
import json
import random
from datetime import timedelta
from decimal import Decimal

import httpx

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.calls import envelope, new_account
from tests.proofs.prove.claim import SEED, Claim, Figure, Option
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient, usd
from tests.proofs.prove.usage_queue import UsageQueue

FIFTY = Decimal(50)
TRIGGER = Decimal("49.9")


def attempt(chosen: argparse.Namespace) -> Figure:
    """Buy, arm the order, cross the trigger with every call at once; count what the provider took."""
    evidence, dice = Evidence(), random.Random(chosen.seed)
    account = new_account(dice)
    with (
        Machine.start(None, workers=chosen.workers) as machine,
        HttpClient(machine) as portal,
        UsageQueue(machine) as queue,
    ):
        publish_sample_card(machine)
        _arm(portal, account)
        queue.send([_call(machine, account, number) for number in range(chosen.calls)])
        queue.settle()
        recharges = [payment for payment in _payments(machine) if payment["metadata"].get("purpose") == "recharge"]
        kinds = [movement["kind"] for movement in portal.items(account, "/movements")]
        evidence.same("payments made for the crossing", len(recharges), 1)
        evidence.same("charges of them that succeeded", sum(each["succeededCharges"] for each in recharges), 1)
        evidence.same("recharges booked", kinds.count("recharge"), 1)
        evidence.same("calls booked", kinds.count("debit"), chosen.calls)
        evidence.same("the audit's findings", [str(finding) for finding in audited(machine)], [])
    words = f"{chosen.calls} calls over {chosen.workers} hosts crossed the trigger, one payment was made"
    facts = {"calls": chosen.calls, "workers": chosen.workers, "payments": len(recharges), "seed": chosen.seed}
    return Figure(evidence.holds, words if evidence.holds else "; ".join(evidence.wrong[:3]), facts)


def _arm(portal: HttpClient, account: str) -> None:
    portal.open(account)
    portal.tenant("POST", account, "/payment-methods", json={"paymentMethod": "pm_card_visa"}).raise_for_status()
    wish = {"amount": usd(FIFTY)}
    portal.tenant("POST", account, "/purchases", json=wish, headers={"Idempotency-Key": "first"}).raise_for_status()
    portal.change(account, "/auto-recharge", {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(FIFTY)})


def _call(machine: Machine, account: str, number: int) -> str:
    """Ten minutes to London: any one of them crosses the trigger."""
    data = {
        "account": account,
        "user": f"user-{number % 7}",
        "direction": "out",
        "service": "user",
        "called": "+442079460123",
        "startedAt": instant_text(machine.now() - timedelta(hours=1)),
        "durationSeconds": 600,
    }
    return json.dumps(envelope("urn:example:sbc-1", f"call-{number}", data))


def _payments(machine: Machine) -> list[dict]:
    found = httpx.get(f"{machine.payments}/_control/payments", trust_env=False).raise_for_status().json()
    return list(found["payments"] if isinstance(found, dict) else found)


CLAIM = Claim(
    "one-charge",
    "however many calls cross the trigger at once, on however many hosts, one payment is made",
    (
        Option("calls", 50, 2, "calls that cross the trigger together"),
        Option("workers", 4, 1, "host processes"),
        SEED,
    ),
    attempt,
)
