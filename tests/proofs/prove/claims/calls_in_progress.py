"""calls-in-progress: calls that a switch extends and ends as it is told never talk beyond the money (R12 to R14)."""

import argparse
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.call_traffic.plan import CALLED, LONDON, billed, card, price
from tests.proofs.prove.call_traffic.switch import Switch, TalkingCall
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.telephony import Telephony
from tests.proofs.prove.usage_queue import UsageQueue

PLAN, LOCATION = "MCOPSTN1", "GB"
FIELDS = {"capability": PLAN, "usageLocation": LOCATION}
POOL_MINUTES = 120
STEP = timedelta(seconds=15)
STARTING_STEPS = 4
"""Calls start during the first minute."""

PART = Decimal("0.4")
"""Of what all calls would cost if they talked as long as they wished: granted before, and once more after a while."""


def test(chosen: argparse.Namespace) -> Result:
    """Let the calls talk for ten minutes of the ledger's time; more credit comes after a quarter of it."""
    checks, rng = Checks(), random.Random(chosen.seed)
    account = new_account(rng)
    calls = [_call(rng, number, chosen.minutes) for number in range(chosen.calls)]
    settings = {"Plans__minutes": f"{PLAN}/domestic/{LOCATION}={POOL_MINUTES}"}
    with (
        Machine.start(None, workers=chosen.workers, settings=settings) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        _prepare(client, account)
        funds = _funds(calls)
        client.grant(account, funds, "PO-1")
        telephony = Telephony(client, account, LONDON, chosen.workers)
        switch = Switch(telephony, chosen.workers, FIELDS)
        began, step, granted = machine.now(), 0, funds
        while step < STARTING_STEPS or switch.talking:
            switch.start(calls[step::STARTING_STEPS] if step < STARTING_STEPS else (), machine.now)
            ended = switch.pass_time(machine.now())
            queue.send([_usage(telephony, call) for call in ended])
            _check_figures(checks, client, account, granted)
            if step * STEP >= timedelta(minutes=chosen.minutes) / 4 and granted == funds:
                client.grant(account, funds, "PO-2")
                granted += funds
            step += 1
            machine.move_clock(max(began + step * STEP, machine.now()))
        queue.settle()
        _compare(checks, client, account, calls, granted)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    facts = _facts(switch, calls, chosen)
    words = (
        "{calls} calls, {at_once} of them at once, talked {talkedMinutes} minutes with {extensions} extensions; "
        "{refused} were refused and {cut} cut when the money ended, and no second was beyond it"
    ).format(**facts)
    return checks.result(words, **facts)


def _call(rng: random.Random, number: int, minutes: int) -> TalkingCall:
    return TalkingCall(
        leg=f"leg-{number:04d}",
        called=rng.choice(CALLED),
        user=f"user-{rng.randint(1, 50)}",
        wish=rng.randint(10, 60 * minutes),
        wanted=rng.choice((60, 90, 120)),
    )


def _prepare(client: HttpClient, account: str) -> None:
    path, text = "/rate-cards/in-progress/versions/2020-01-01T00:00:00Z", {"Content-Type": "text/csv"}
    client.operate("PUT", path, params={"currency": "USD"}, content=card(), headers=text).raise_for_status()
    client.open(account, rateCard="in-progress")
    plan = {"id": "S-1", "plan": PLAN, "licences": 1, "usageLocation": LOCATION, "channel": "direct"}
    items = [{**plan, "agreement": "web", "from": "2020-01-01T00:00:00Z"}]
    client.change(account, "/subscriptions", {"items": items})


def _funds(calls: Sequence[TalkingCall]) -> Decimal:
    """Too little for all calls, in whole cents."""
    return (PART * sum(price(call.called, billed(call.called, call.wish)) for call in calls)).quantize(Decimal("0.01"))


def _usage(telephony: Telephony, call: TalkingCall) -> str:
    assert call.started_at is not None
    assert call.talked is not None
    more = {"called": call.called, "user": call.user, "startedAt": instant_text(_whole(call.started_at)), **FIELDS}
    return telephony.usage(call.leg, call.started_at, call.talked, **more)


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _check_figures(checks: Checks, client: HttpClient, account: str, granted: Decimal) -> None:
    shown = client.account(account)
    balance, held, overdraft = (money(shown[name]) for name in ("balance", "held", "overdraft"))
    checks.equal("overdraft while calls are in progress", overdraft, Decimal(0))
    checks.equal("held within the balance, and that within what was granted", held <= balance <= granted, True)


def _compare(checks: Checks, client: HttpClient, account: str, calls: Sequence[TalkingCall], granted: Decimal) -> None:
    """Each call is one debit at the price of what it talked; together they cost what has left the balance."""
    booked = {item["event"]["id"]: item for item in client.calls(account)}
    talked = {call.leg: call for call in calls if call.started_at is not None}
    checks.equal_items("booked calls", list(booked), list(talked))
    free = 0
    for leg, item in booked.items():
        call, explained = talked[leg], item["explanation"]
        checks.equal(f"{leg} talked within its seconds", call.talked is not None and call.talked <= call.most, True)
        whole = explained["billedSeconds"] + explained["freeSeconds"]
        checks.equal(f"seconds of {leg}", whole, billed(call.called, call.talked or 0))
        checks.equal(f"price of {leg}", -money(item["amount"]), price(call.called, explained["billedSeconds"]))
        free += explained["freeSeconds"]
    shown = client.account(account)
    spent = -sum(money(item["amount"]) for item in booked.values())
    checks.equal("balance", money(shown["balance"]), granted - spent)
    checks.equal("held", money(shown["held"]), Decimal(0))
    checks.equal("overdraft", money(shown["overdraft"]), Decimal(0))
    checks.equal("open holds", list(client.items(account, "/holds")), [])
    (pool,) = client.items(account, "/pools")
    checks.equal("seconds that the pool paid", free, pool["usedSeconds"])
    checks.equal("pool within its size", 0 < free <= POOL_MINUTES * 60, True)


def _facts(switch: Switch, calls: Sequence[TalkingCall], chosen: argparse.Namespace) -> dict[str, int]:
    return {
        "calls": len(calls),
        "refused": len(switch.refused),
        "at_once": switch.most_at_once,
        "cut": sum(call.was_cut for call in calls),
        "extensions": sum(call.extensions for call in calls),
        "talkedMinutes": sum(call.talked or 0 for call in calls) // 60,
        "workers": chosen.workers,
        "seed": chosen.seed,
    }


CLAIM = Claim(
    "calls-in-progress",
    "calls that a switch extends and ends as it is told never talk beyond the money",
    (
        Option("calls", 500, 1, "calls that begin within a minute"),
        Option("minutes", 10, 1, "the longest that a call wishes to talk, in minutes of the ledger's time"),
        Option("workers", 2, 1, "host processes"),
        SEED,
    ),
    test,
)
