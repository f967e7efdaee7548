"""bad-input: for any content of the queue, valid calls are booked, all else is suspended, nothing else changes."""

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
from tests.proofs.prove.bad_input.cases import COST, Case, EventFactory
from tests.proofs.prove.bad_input.poison import NO_PAUSE, DamagedCard
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.usage_queue import UsageQueue

FUNDS = Decimal(100)


def test(_chosen: argparse.Namespace) -> Result:
    """Send every case, then check its result in suspense and in the books."""
    checks, rng = Checks(), Random(0)
    target, bystander, without_card = (new_account(rng) for _ in range(3))
    with Machine.start(None, settings=NO_PAUSE) as machine, HttpClient(machine) as client, UsageQueue(machine) as queue:
        publish_sample_card(machine)
        client.open(target)
        client.open(bystander)
        client.publish_future_version("announced")
        client.open(without_card, rateCard="announced")
        for account in (target, bystander, without_card):
            client.grant(account, FUNDS, "PO 1")
        events = EventFactory(target, machine.now())
        cases = list(_cases(events, without_card))
        damaged = DamagedCard(machine, client, events, new_account(rng))
        before = [list(client.items(account, "/movements")) for account in (bystander, without_card)]
        with damaged.card():
            cases.append(damaged.case())
            queue.send([case.before for case in cases if case.before])
            queue.settle()
            queue.send([case.text for case in cases])
            queue.settle()
        items = list(client.suspense())
        _compare_suspense(checks, cases, items)
        _read_again(checks, client, items)
        good = [name for case in cases for name in case.good]
        _compare_books(checks, client, target, good, {name for case in cases for name in case.free})
        after = [list(client.items(account, "/movements")) for account in (bystander, without_card)]
        checks.equal("movements of the other accounts", after, before)
        damaged.compare(checks)
        checks.equal("queues", queue.left(), {})
        checks.equal("audit", [str(finding) for finding in audited(machine)], [])
        checks.equal("logs that contain a phone number", _numbers_in_logs(machine), [])
    suspended = sum(len(case.suspended) for case in cases)
    words = (
        f"{len(cases)} messages: {suspended} events suspended with the expected reason, {len(good)} valid events booked"
    )
    return checks.result(
        f"{words}; nothing else changed, audit green", messages=len(cases), suspended=suspended, booked=len(good)
    )


def _cases(events: EventFactory, without_card: str) -> Iterator[Case]:
    return chain(
        texts.unreadable(events),
        texts.refused_elements(events),
        texts.not_cloudevents(events),
        texts.unknown_kinds(events),
        fields.no_accounts(events),
        fields.invalid_fields(events),
        calls.invalid_times(events),
        calls.unknown_accounts(events),
        calls.unrated(events, PublishedCard(SAMPLE), without_card),
        calls.conflicts(events),
        calls.mixed_messages(events),
        calls.unusual_but_valid(events),
    )


def _compare_suspense(checks: Checks, cases: list[Case], items: list[dict[str, object]]) -> None:
    """Check that each case has its items in suspense with the expected reason, and that there are no others."""
    found: dict[str, list[object]] = {}
    for item in items:
        event = item["event"]
        name = event["id"] if isinstance(event, dict) else item["message"]
        found.setdefault(str(name), []).append(item["reason"])
    for case in cases:
        right = True
        for name, reason in case.suspended.items():
            right &= checks.equal(f"{case.what}", found.pop(name, []), [reason])
        reasons = ", ".join(sorted(set(case.suspended.values()))) or "booked"
        print(f"  {'ok   ' if right else 'WRONG'} {reasons:<32} {case.what}", flush=True)
    checks.equal("items that belong to no case", {ascii(name)[:80]: reasons for name, reasons in found.items()}, {})


def _read_again(checks: Checks, client: HttpClient, items: list[dict[str, object]]) -> None:
    """Check that replaying an unreadable message changes nothing."""
    unreadable = [item for item in items if item["reason"] == "unreadable"]
    for item in unreadable:
        replayed = client.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status().json()
        done = replayed.pop("replay")["read"]
        checks.equal(f"replay of {item['id']}", (replayed, done), (item, 0))


def _compare_books(checks: Checks, client: HttpClient, account: str, good: list[str], free: set[str]) -> None:
    """Check that every valid event is booked once, and that the balance is exact to the micro-unit."""
    due = {name: Decimal(0) if name in free else COST for name in good}
    debits = [found for found in client.items(account, "/movements") if found["kind"] == "debit"]
    checks.equal_items("booked", [(each["event"]["id"], -money(each["amount"])) for each in debits], due.items())
    checks.equal("balance", client.balance(account), FUNDS - sum(due.values()))


def _numbers_in_logs(machine: Machine) -> list[str]:
    """Names of logs that contain a whole phone number (R27)."""
    logs = machine.folder.glob("logs/host-*.log")
    return [log.name for log in logs if "2079460123" in log.read_text(errors="replace")]


CLAIM = Claim(
    "bad-input",
    "for any content of the queue, valid calls are booked, the rest is suspended with a reason, nothing else changes",
    (),
    test,
)
