"""one-letter: one e-mail for each crossing and reader, whatever calls, balances and the mail service do."""

import argparse
import asyncio
import json
import random
from collections import Counter
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
from tests.proofs.prove.email_texts.simulated import READERS, flap, outage
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

AN_HOUR, A_WEEK_DAYS = timedelta(hours=1), 7
A_QUARTER_DAYS, MONTHS = 92, 3
"""From the first of March at noon to the first of June."""
HALF_A_CALL = Decimal("0.03")
"""Half the price of one of these calls by the sample card: half of them use the credit up."""

ONE = Counter(lowBalance=1)

BATCH = 50
"""Calls in one message: as many systems send them."""


def test(chosen: argparse.Namespace) -> Result:
    """Calls through zero on real hosts, then a week of flapping and an hour without the mail service, simulated."""
    checks = Checks()
    _through_zero(checks, chosen)
    narrow = asyncio.run(flap(1.5, days=A_WEEK_DAYS, every=AN_HOUR))
    checks.equal(
        "notices of a balance that moves by 7 % around a level for a week", narrow, Counter(lowBalance=1, review=0)
    )
    wide = asyncio.run(flap(10.0, days=A_WEEK_DAYS, every=AN_HOUR))
    checks.equal("most notices of one that moves by half, a day", wide["lowBalance"] <= 2 * A_WEEK_DAYS, True)
    quarter = asyncio.run(flap(1.5, days=A_QUARTER_DAYS, every=8 * AN_HOUR))
    checks.equal("statements of a quarter, one a month", quarter["statement"], MONTHS)
    mail, told, left = asyncio.run(outage(AN_HOUR))
    checks.equal("tries while the mail service was away", mail.refusals > 0, True)
    checks.equal("messages that are left", left, 0)
    checks.equal("what became of each notice", {each["delivery"] for each in told}, {"sent"})
    expected, found = _expected(told), _told(mail.sent)
    checks.equal("notices in the e-mails after it, by reader", found, expected)
    return checks.result(
        f"{chosen.calls} calls through zero: one e-mail for each of {len(READERS)} readers; a flapping week:"
        f" {narrow['lowBalance']} and {wide['lowBalance']} notices; a quarter: {quarter['statement']} statements; an"
        f" hour without the mail service: all {sum(expected.values())} arrived once, in {len(mail.sent)} e-mails",
        calls=chosen.calls,
        notices=sum(expected.values()),
        emails=len(mail.sent),
        seed=chosen.seed,
    )


def _through_zero(checks: Checks, chosen: argparse.Namespace) -> None:
    """Send calls that cost far more than there is, on several hosts, and count the e-mails about zero."""
    account = new_account(random.Random(chosen.seed))
    with (
        Machine.start(None, workers=chosen.workers) as machine,
        HttpClient(machine) as client,
        UsageQueue(machine) as queue,
    ):
        publish_sample_card(machine)
        client.open(account)
        client.change(account, "/administrators", READERS)
        client.grant(account, HALF_A_CALL * chosen.calls, "PO-1")
        calls = [_call(machine, account, number) for number in range(chosen.calls)]
        queue.send([json.dumps(calls[start : start + BATCH]) for start in range(0, len(calls), BATCH)])
        queue.settle()
        booked = sum(1 for movement in client.items(account, "/movements") if movement["kind"] == "debit")
        sent = httpx.get(f"{machine.mailbox}/messages", trust_env=False).raise_for_status().json()
        readers = Counter(address for email in sent for address in email["to"])
        checks.equal("booked calls", booked, chosen.calls)
        checks.equal("the balance", client.balance(account), Decimal(0))
        checks.equal("e-mails about zero, by reader", readers, Counter(each["address"] for each in READERS))
        told = Counter(each["kind"] for each in client.items(account, "/notices"))
        checks.equal("notices by kind, one for each language", told, Counter(balanceZero=4))
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])


def _call(machine: Machine, account: str, number: int) -> dict[str, object]:
    data = {
        "account": account,
        "user": f"user-{number % 7}",
        "direction": "out",
        "service": "user",
        "called": "+442079460123",
        "startedAt": instant_text(machine.now() - timedelta(hours=1)),
        "durationSeconds": 300,
    }
    return envelope("urn:example:sbc-1", f"call-{number}", data)


def _expected(told: list[dict[str, object]]) -> Counter[str]:
    """How many notices each reader should have got, by what the account was told."""
    languages = Counter(str(each["language"]) for each in told)
    return Counter({str(each["address"]): languages[str(each["locale"])] for each in READERS})


def _told(sent: list) -> Counter[str]:
    """How many notices each reader has got. An e-mail with several has one headline for each."""
    found = Counter[str]()
    for email in sent:
        notices = email.text.count("\n* * *\n") or 1
        found.update(dict.fromkeys(email.to, notices))
    return found


CLAIM = Claim(
    "one-letter",
    "one e-mail for each crossing and reader, whatever calls, balances and the mail service do",
    (
        Option("calls", 10_000, 100, "calls through zero"),
        Option("workers", 2, 1, "host processes"),
        SEED,
    ),
    test,
)
