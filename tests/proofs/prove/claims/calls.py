"""calls: every hold ends once, whatever happens to its call, to its lots and to the host that answers (R13, R14)."""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.call_traffic.journal import hold_ends
from tests.proofs.prove.call_traffic.plan import LONDON, PlannedCall, billed, card, planned_calls, price
from tests.proofs.prove.call_traffic.traffic import Traffic
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.http_client import HttpClient, money, usd
from tests.proofs.prove.telephony import Telephony
from tests.proofs.prove.usage_queue import UsageQueue

ROUND = 200
"""Calls between two moves of the clock."""

PHASES = 4
"""Of a round: authorise, extend, release, report."""

GRACE_HOURS = "0.02"
"""Lots lapse a little more than a minute after their expiry, while calls still have them pinned."""

POOL = "MCOPSTN1"
POOL_MINUTES, LICENCES = 120, 5
LATER = timedelta(days=2)
"""Every lot has lapsed by then: the nightly timer books what is left of it."""

PATIENCE = timedelta(minutes=25)
"""Longer than any hold lasts that is neither extended nor settled."""


def test(chosen: argparse.Namespace) -> Result:
    """Carry the calls out in rounds, with a new lot and a move of the clock in each; then compare the books."""
    checks, rng = Checks(), random.Random(chosen.seed)
    account, calls = new_account(rng), planned_calls(rng, chosen.calls)
    settings = {**SHORT_LEASE, "Lots__graceHours": GRACE_HOURS, "Plans__minutes": f"{POOL}/domestic/GB={POOL_MINUTES}"}
    with (
        Machine.start(None, workers=chosen.workers, settings=settings) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        granted = _Granted(machine, client, account, rng)
        traffic = Traffic(machine, Telephony(client, account, LONDON, chosen.workers), queue, rng)
        rounds = [calls[start : start + ROUND] for start in range(0, len(calls), ROUND)]
        places = range(len(rounds) * PHASES)
        kills = set(rng.sample(places, min(chosen.kills, len(places))))
        for number, part in enumerate(rounds):
            granted.further()
            traffic.carry_out(part, {phase for phase in range(PHASES) if number * PHASES + phase in kills})
            queue.settle()
            machine.move_clock(machine.now() + timedelta(seconds=rng.randint(60, 600)))
            print(f"  {min((number + 1) * ROUND, len(calls))} calls", flush=True)
        machine.move_clock(machine.now() + PATIENCE)
        traffic.report_late(calls)
        queue.settle()
        machine.move_clock(machine.now() + LATER)
        _compare_holds(checks, machine, client, account, calls)
        free = _compare_debits(checks, client, account, calls)
        _compare_money(checks, client, account, granted.total)
        _compare_pool(checks, machine, client, account, free)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    facts = _facts(calls, traffic.kills, chosen)
    words = (
        "{calls} calls ({allowed} allowed, {refused} refused), {kills} hosts killed: every hold ended once, pools, "
        "lots and debits are as computed, no audit findings"
    ).format(**facts)
    return checks.result(words, **facts)


class _Granted:
    """The account with its subscription, and its credit: in each round a lot that lasts some minutes."""

    def __init__(self, machine: Machine, client: HttpClient, account: str, rng: random.Random) -> None:
        self._machine, self._client, self._account, self._rng = machine, client, account, rng
        self.total, self._count = Decimal(0), 0
        path, text = "/rate-cards/calls/versions/2020-01-01T00:00:00Z", {"Content-Type": "text/csv"}
        answer = client.operate("PUT", path, params={"currency": "USD"}, content=card(), headers=text)
        answer.raise_for_status()
        client.open(account, rateCard="calls")
        plan = {"id": "S-1", "plan": POOL, "licences": LICENCES, "usageLocation": "GB", "channel": "direct"}
        items = [{**plan, "agreement": "web", "from": "2020-01-01T00:00:00Z"}]
        client.change(account, "/subscriptions", {"items": items})

    def further(self) -> None:
        """One more lot, which expires while calls hold parts of it. One in five pays for international calls only."""
        self._count += 1
        amount = Decimal(self._rng.randint(1_000, 7_000)) / 100
        expires = self._machine.now() + timedelta(seconds=self._rng.randint(120, 2_400))
        body = {"amount": usd(amount), "reference": f"PO-{self._count}", "kind": "paid"}
        body["expiresAt"] = instant_text(expires)
        if self._rng.random() < 0.2:
            body["scope"] = ["international"]
        answer = self._client.operate(
            "POST",
            f"/accounts/{self._account}/grants",
            json=body,
            headers={"Idempotency-Key": f"grant-{self._count}"},
        )
        answer.raise_for_status()
        self.total += amount


def _compare_holds(
    checks: Checks, machine: Machine, client: HttpClient, account: str, calls: Sequence[PlannedCall]
) -> None:
    found = hold_ends(machine, account)
    expected = {call.leg: [call.how_ended] for call in calls if call.is_allowed}
    checks.equal_items("legs with a hold", found.opened, list(expected))
    wrong = [(leg, found.ends.get(leg), ends) for leg, ends in expected.items() if found.ends.get(leg) != ends]
    checks.equal("holds that did not end once, as they should", wrong[:5], [])
    print(f"  holds: {dict(found.counts)}", flush=True)
    checks.equal("open holds", list(client.items(account, "/holds")), [])


def _compare_debits(checks: Checks, client: HttpClient, account: str, calls: Sequence[PlannedCall]) -> int:
    """Each reported call is one debit at its price; returns the seconds that the pool paid."""
    booked = {item["event"]["id"]: item for item in client.calls(account)}
    reported = {call.leg: call for call in calls if call.is_reported}
    checks.equal_items("booked calls", list(booked), list(reported))
    free = 0
    for leg, item in booked.items():
        call, explained = reported[leg], item["explanation"]
        whole = explained["billedSeconds"] + explained["freeSeconds"]
        due = price(call.called, explained["billedSeconds"])
        checks.equal(f"billed and free seconds of {leg}", whole, billed(call.called, call.seconds))
        checks.equal(f"price of {leg}", -money(item["amount"]), due)
        free += explained["freeSeconds"]
        checks.equal(f"pool of {leg}", bool(explained.get("pool")), explained["freeSeconds"] > 0)
    return free


def _compare_money(checks: Checks, client: HttpClient, account: str, granted: Decimal) -> None:
    """All that was granted was spent by calls, forfeited, or is left; nothing is held."""
    shown, amounts = client.account(account), Counter[str]()
    for item in client.items(account, "/movements"):
        amounts[item["kind"]] += int(money(item["amount"]) * 1_000_000)
    left = int((money(shown["balance"]) - money(shown["overdraft"])) * 1_000_000)
    checks.equal("granted", amounts["grant"], int(granted * 1_000_000))
    checks.equal("granted, spent and forfeited", sum(amounts.values()), left)
    checks.equal("held", money(shown["held"]), Decimal(0))
    checks.equal("lots that expired", amounts["expiry"] < 0, True)


def _compare_pool(checks: Checks, machine: Machine, client: HttpClient, account: str, free: int) -> None:
    used = 0
    for month in {f"{machine.now() - timedelta(days=days):%Y-%m}" for days in (0, 3)}:
        shown = client.tenant("GET", account, "/pools", params={"month": month}).raise_for_status().json()
        for pool in shown["items"]:
            used += pool["usedSeconds"]
            checks.equal("size of the pool", pool["sizeSeconds"], POOL_MINUTES * 60 * LICENCES)
            checks.equal("pool within its size", pool["usedSeconds"] <= pool["sizeSeconds"], True)
    checks.equal("seconds used from pools", used, free)


def _facts(calls: Sequence[PlannedCall], kills: int, chosen: argparse.Namespace) -> dict[str, int]:
    allowed = sum(call.is_allowed for call in calls)
    refused = sum(bool(call.answers) and not call.is_allowed for call in calls)
    return {
        "calls": len(calls),
        "allowed": allowed,
        "refused": refused,
        "reported": sum(call.is_reported for call in calls),
        "kills": kills,
        "workers": chosen.workers,
        "seed": chosen.seed,
    }


CLAIM = Claim(
    "calls",
    "every hold ends once, whatever happens to its call, its lots and the host that answers",
    (
        Option("calls", 2_000, 1, "calls that are authorised, extended, settled, lost or released at random"),
        Option("workers", 3, 2, "host processes"),
        Option("kills", 4, 0, "how often a host is killed (SIGKILL) and restarted meanwhile"),
        SEED,
    ),
    test,
)
