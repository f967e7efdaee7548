"""bad-input: whatever lies on the queue, good calls are booked, the rest waits in suspense, nothing else changes."""

import argparse
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from random import Random

from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.independent_rating import PublishedCard
from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.bad_input import calls, fields, texts
from tests.proofs.prove.bad_input.cases import COST, Case, Maker
from tests.proofs.prove.bad_input.poison import NO_PAUSE, Damaged
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.usage_queue import UsageQueue

FUNDS = Decimal(100)


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Send everything, then look for each case in suspense and in the books."""
    evidence, dice = Evidence(), Random(0)
    target, bystander, without_card = (new_account(dice) for _ in range(3))
    with Machine.start(None, settings=NO_PAUSE) as machine, HttpClient(machine) as portal, UsageQueue(machine) as queue:
        publish_sample_card(machine)
        portal.open(target)
        portal.open(bystander)
        portal.announce("announced")
        portal.open(without_card, rateCard="announced")
        for account in (target, bystander, without_card):
            portal.grant(account, FUNDS, "PO 1")
        maker = Maker(target, machine.now())
        cases = list(_cases(maker, without_card))
        damaged = Damaged(machine, portal, maker, new_account(dice))
        before = [list(portal.items(account, "/movements")) for account in (bystander, without_card)]
        with damaged.card():
            cases.append(damaged.case())
            queue.send([case.before for case in cases if case.before])
            queue.settle()
            queue.send([case.text for case in cases])
            queue.settle()
        items = list(portal.suspense())
        _compare_suspense(evidence, cases, items)
        _read_again(evidence, portal, items)
        good = [name for case in cases for name in case.good]
        _compare_books(evidence, portal, target, good, {name for case in cases for name in case.free})
        after = [list(portal.items(account, "/movements")) for account in (bystander, without_card)]
        evidence.same("accounts that nobody should touch", after, before)
        damaged.compare(evidence)
        evidence.same("queues", queue.left(), {})
        evidence.same("audit", [str(finding) for finding in audited(machine)], [])
        evidence.same("numbers in logs", _numbers_in_logs(machine), [])
    suspended = sum(len(case.suspended) for case in cases)
    words = f"{len(cases)} messages: {suspended} events in suspense for their reason, {len(good)} good ones booked"
    return evidence.figure(
        f"{words}; nothing else changed, audit green", messages=len(cases), suspended=suspended, booked=len(good)
    )


def _cases(maker: Maker, without_card: str) -> Iterator[Case]:
    return chain(
        texts.unreadable(maker),
        texts.refused_elements(maker),
        texts.not_cloudevents(maker),
        texts.unknown_kinds(maker),
        fields.no_accounts(maker),
        fields.invalid_fields(maker),
        calls.times(maker),
        calls.strangers(maker),
        calls.unrated(maker, PublishedCard(SAMPLE), without_card),
        calls.conflicts(maker),
        calls.crowds(maker),
        calls.welcome(maker),
    )


def _compare_suspense(evidence: Evidence, cases: list[Case], items: list[dict[str, object]]) -> None:
    """Each case's items, each with its one reason; and none that no case accounts for."""
    found: dict[str, list[object]] = {}
    for item in items:
        event = item["event"]
        name = event["id"] if isinstance(event, dict) else item["message"]
        found.setdefault(str(name), []).append(item["reason"])
    for case in cases:
        right = True
        for name, reason in case.suspended.items():
            right &= evidence.same(f"{case.what}", found.pop(name, []), [reason])
        reasons = ", ".join(sorted(set(case.suspended.values()))) or "booked"
        print(f"  {'ok   ' if right else 'WRONG'} {reasons:<32} {case.what}", flush=True)
    evidence.same("items that nobody sent", {ascii(name)[:80]: reasons for name, reasons in found.items()}, {})


def _read_again(evidence: Evidence, portal: HttpClient, items: list[dict[str, object]]) -> None:
    """The same reader finds in the same bytes what it found: a replay of what is unreadable changes nothing."""
    unreadable = [item for item in items if item["reason"] == "unreadable"]
    for item in unreadable:
        told = portal.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status().json()
        done = told.pop("replay")["read"]
        evidence.same(f"replay of {item['id']}", (told, done), (item, 0))


def _compare_books(evidence: Evidence, portal: HttpClient, account: str, good: list[str], free: set[str]) -> None:
    """Every good event once, and the balance to the last micro-unit."""
    due = {name: Decimal(0) if name in free else COST for name in good}
    debits = [found for found in portal.items(account, "/movements") if found["kind"] == "debit"]
    evidence.same_items("booked", [(each["event"]["id"], -money(each["amount"])) for each in debits], due.items())
    evidence.same("balance", portal.balance(account), FUNDS - sum(due.values()))


def _numbers_in_logs(machine: Machine) -> list[str]:
    """Names of logs that hold a whole number (R27)."""
    logs = machine.folder.glob("logs/host-*.log")
    return [log.name for log in logs if "2079460123" in log.read_text(errors="replace")]


CLAIM = Claim(
    "bad-input",
    "whatever lies on the queue, good calls are booked, the rest is in suspense with its reason, all else is untouched",
    (),
    attempt,
)
