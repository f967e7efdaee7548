"""The calls arrive: most are booked, the standing order keeps up, and what can not be booked is kept."""

import json
from collections import Counter
from time import monotonic

from local.demo.expected import money
from local.demo.outside import amount
from local.demo.paper import meanwhile
from local.demo.plan import cost
from local.demo.tale import Tale
from local.demo.unbookable import NO_JSON, unbookable


def calls_arrive(tale: Tale) -> None:
    """Portion after portion; whenever one crosses the trigger, the recharge is there before the next."""
    portions = tale.plan.first
    calls = sum(map(len, portions))
    tale.paper.chapter(f"{calls:,} calls arrive")
    spoilt = [record.arrives for record in unbookable(tale.plan.original, tale.service.account, tale.card)]
    started = monotonic()
    for number, portion in enumerate(portions, 1):
        with meanwhile(f"{len(portion):,} calls arrive, portion {number} of {len(portions)}"):
            tale.report(portion, beside=spoilt if number == len(portions) else ())
        tale.expect_recharge()
    tale.send([NO_JSON])
    took = monotonic() - started
    found = tale.read_balance()
    debits, recharges = tale.movements("debit"), tale.movements("recharge")
    tale.claims.add("recharges for the crossings so far", len(tale.letters), len(recharges))
    tale.paper.say(
        f"Five days of calls come in {tale.tally.messages} messages, alone and in batches, plain and in base64;"
        f" {tale.tally.twice} of the calls come twice. Booked in {took:.1f} s: {len(debits):,} calls that cost"
        f" {money(-sum(map(_amount, debits)))}, {sum(not _amount(debit) for debit in debits)} of them nothing."
    )
    tale.paper.say(
        f"The balance reached the trigger {len(recharges)} times, and each time one charge of the card brought"
        f" {money(amount(recharges[0]['amount']))}. It is {money(amount(found['balance']))} now."
    )
    tale.show_lots()
    tale.show_letters()


def rest_is_kept(tale: Tale) -> None:
    """One call comes altered; suspense shows it beside everything else that could not be booked."""
    tale.paper.chapter("What could not be booked is kept, with its reason")
    plan, account = tale.plan, tale.service.account
    tale.send([json.dumps(plan.altered.event(account))])
    waiting = tale.service.all("/suspense")
    reasons = Counter(item["reason"] for item in waiting)
    expected = Counter(record.reason for record in unbookable(plan.original, account, tale.card))
    expected.update(("unreadable", "conflict"))
    tale.claims.add(
        "records in suspense, kinds of reasons", *(f"{each.total()}, {len(each)}" for each in (expected, reasons))
    )
    tale.claims.add("each with the reason that fits", "yes", "yes" if expected == reasons else dict(reasons - expected))
    tale.paper.counts(
        f"{len(waiting)} records wait:", sorted((name.replace("_", " "), n) for name, n in reasons.items())
    )
    conflict = next(item for item in waiting if item["reason"] == "conflict")
    tale.service.post(f"/suspense/{conflict['id']}/accept", {})
    tale.settle()
    correction = tale.movements("correction")[-1]
    more = cost([plan.altered]) - cost([plan.original])
    tale.books.spend(more)
    tale.claims.add("accepted conflict: the difference", money(-more), money(_amount(correction)))
    tale.read_balance()
    tale.paper.say(
        f"The conflict is a call of {plan.original.seconds} s that came again as one of {plan.altered.seconds} s."
        f" Nothing was booked for it until, now, an operator accepts it: a correction of {money(_amount(correction))}."
    )


def _amount(movement: dict) -> object:
    return amount(movement["amount"])
