"""authorise: calls that ask at the same moment, on two hosts, cannot spend the same money (R13, R14)."""

import argparse
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from threading import Barrier
from typing import Any

from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.telephony import Telephony
from tests.proofs.prove.usage_queue import UsageQueue

CALLED = "+442079460123"
CARD = (
    "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n"
    "44,United Kingdom,landline,GB,0.60,0,60,60\n"
)
PRICE, WANTED = Decimal("0.60"), 60
FUNDS = Decimal(30)
REFUSED = (False, "balance_zero")


def test(chosen: argparse.Namespace) -> Result:
    """Ask for all calls at once, then give one up, then report the others."""
    checks, rng = Checks(), random.Random(chosen.seed)
    account, affordable = new_account(rng), min(int(FUNDS / PRICE), chosen.requests)
    with (
        Machine.start(None, workers=chosen.workers) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        _open(client, account)
        answers = _asked_at_once(machine, account, chosen.requests, chosen.workers)
        allowed = [leg for leg, answer in answers.items() if answer["allowed"]]
        checks.equal("allowed calls", len(allowed), affordable)
        refused = {(answer["allowed"], answer["reason"]) for answer in answers.values() if not answer["allowed"]}
        checks.equal("reasons of the others", refused, {REFUSED} if chosen.requests > affordable else set())
        checks.equal("seconds of each", {answers[leg]["maxSeconds"] for leg in allowed}, {WANTED})
        _check_held(checks, client, account, allowed)
        if affordable == FUNDS / PRICE:
            allowed = _after_one_release(
                checks, Telephony(client, account, CALLED, chosen.workers), allowed, chosen.workers
            )
            _check_held(checks, client, account, allowed)
        switch = Telephony(client, account, CALLED)
        queue.send([switch.usage(leg, machine.now(), WANTED) for leg in allowed])
        queue.settle()
        checks.equal("open holds after their usage", list(client.items(account, "/holds")), [])
        checks.equal("balance", client.balance(account), FUNDS - PRICE * len(allowed))
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    words = f"of {chosen.requests} requests at once on {chosen.workers} hosts exactly {affordable} were allowed"
    words += ", and one more after one release" if affordable == FUNDS / PRICE else ""
    return checks.result(words, requests=chosen.requests, workers=chosen.workers, allowed=affordable, seed=chosen.seed)


def _open(client: HttpClient, account: str) -> None:
    path = "/rate-cards/authorise/versions/2020-01-01T00:00:00Z"
    text = {"Content-Type": "text/csv"}
    client.operate("PUT", path, params={"currency": "USD"}, content=CARD, headers=text).raise_for_status()
    client.open(account, rateCard="authorise")
    client.grant(account, FUNDS, "PO-1")


def _asked_at_once(machine: Machine, account: str, count: int, workers: int) -> dict[str, dict[str, Any]]:
    """The answers by leg. Every request waits for the others before it is sent, each in a thread of its own."""
    together = Barrier(count)

    def ask(number: int, switches: Sequence[Telephony]) -> tuple[str, dict[str, Any]]:
        leg = f"leg-{number}"
        together.wait()
        return leg, switches[number % workers].authorise(leg, WANTED, host=number % workers)

    with _switches(machine, account, workers) as switches, ThreadPoolExecutor(count) as callers:
        return dict(callers.map(lambda number: ask(number, switches), range(count)))


@contextmanager
def _switches(machine: Machine, account: str, count: int) -> Iterator[Sequence[Telephony]]:
    """A switch for each host, with connections of its own."""
    with ExitStack() as stack:
        yield [Telephony(stack.enter_context(HttpClient(machine)), account, CALLED, count) for _ in range(count)]


def _after_one_release(checks: Checks, switch: Telephony, allowed: list[str], workers: int) -> list[str]:
    """The open legs after one was released, on the last host, and one more was allowed."""
    further = switch.authorise("further-1", WANTED)
    checks.equal("a further call before the release", (further["allowed"], further["reason"]), REFUSED)
    switch.release(allowed[0], host=workers - 1)
    checks.equal("the further call after it", switch.authorise("further-1", WANTED)["allowed"], True)
    again = switch.authorise("further-2", WANTED)
    checks.equal("the one after that", (again["allowed"], again["reason"]), REFUSED)
    return [*allowed[1:], "further-1"]


def _check_held(checks: Checks, client: HttpClient, account: str, legs: Sequence[str]) -> None:
    held = PRICE * len(legs)
    shown = client.account(account)
    figures = [money(shown[name]) for name in ("balance", "held", "spendable")]
    checks.equal("balance, held, spendable", figures, [FUNDS, held, FUNDS - held])
    checks.equal_items("open holds", (hold["leg"] for hold in client.items(account, "/holds")), legs)


CLAIM = Claim(
    "authorise",
    "of calls that ask at once on several hosts, exactly as many may start as the money pays for",
    (
        Option("requests", 200, 2, "calls that ask at once, for 60 seconds each at 0.60 a minute, against 30.00"),
        Option("workers", 2, 1, "host processes"),
        SEED,
    ),
    test,
)
