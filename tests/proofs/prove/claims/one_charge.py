"""one-charge: when many calls reach the trigger at once, on many hosts, exactly one payment is made."""

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
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.http_client import HttpClient, usd
from tests.proofs.prove.usage_queue import UsageQueue

FIFTY = Decimal(50)
TRIGGER = Decimal("49.9")


def test(chosen: argparse.Namespace) -> Result:
    """Buy credit, enable auto-recharge, let all calls reach the trigger at once; count the provider's charges."""
    checks, rng = Checks(), random.Random(chosen.seed)
    account = new_account(rng)
    with (
        Machine.start(None, workers=chosen.workers) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        publish_sample_card(machine)
        _enable_auto_recharge(client, account)
        queue.send([_call(machine, account, number) for number in range(chosen.calls)])
        queue.settle()
        recharges = [payment for payment in _payments(machine) if payment["metadata"].get("purpose") == "recharge"]
        kinds = [movement["kind"] for movement in client.items(account, "/movements")]
        checks.equal("payments for the recharge", len(recharges), 1)
        checks.equal("successful charges", sum(each["succeededCharges"] for each in recharges), 1)
        checks.equal("booked recharges", kinds.count("recharge"), 1)
        checks.equal("booked calls", kinds.count("debit"), chosen.calls)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    words = f"{chosen.calls} calls on {chosen.workers} hosts reached the trigger, one payment was made"
    facts = {"calls": chosen.calls, "workers": chosen.workers, "payments": len(recharges), "seed": chosen.seed}
    return Result(checks.passed, words if checks.passed else "; ".join(checks.failures[:3]), facts)


def _enable_auto_recharge(client: HttpClient, account: str) -> None:
    client.open(account)
    client.tenant("POST", account, "/payment-methods", json={"paymentMethod": "pm_card_visa"}).raise_for_status()
    body = {"amount": usd(FIFTY)}
    client.tenant("POST", account, "/purchases", json=body, headers={"Idempotency-Key": "first"}).raise_for_status()
    client.change(account, "/auto-recharge", {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(FIFTY)})


def _call(machine: Machine, account: str, number: int) -> str:
    """Ten minutes to London: each of these calls alone reaches the trigger."""
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
    "when many calls reach the trigger at once, on many hosts, exactly one payment is made",
    (
        Option("calls", 50, 2, "calls that reach the trigger together"),
        Option("workers", 4, 1, "host processes"),
        SEED,
    ),
    test,
)
