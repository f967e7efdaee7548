"""The calls arrive: most are booked, the standing order keeps up, and what cannot be booked is kept."""

import json
from collections import Counter
from decimal import Decimal
from time import monotonic

from local.demo.expected import money, together
from local.demo.outside import Json, amount
from local.demo.paper import meanwhile, times
from local.demo.plan import cost
from local.demo.tale import Tale
from local.demo.unbookable import NO_JSON, unbookable


def calls_arrive(tale: Tale) -> None:
    """Portion after portion; whenever one crosses the trigger, the recharge is there before the next."""
    portions = tale.plan.first
    tale.paper.chapter(f"{sum(map(len, portions)):,} of {len(tale.plan.calls):,} calls arrive")
    took = _report(tale)
    found = tale.read_balance("after these calls")
    debits, recharges = tale.movements("debit"), tale.movements("recharge")
    costs = [-amount(debit["amount"]) for debit in debits]
    tale.claims.add("recharges for their crossings", len(tale.letters), len(recharges))
    tale.paper.say(
        f"Days of calls come in {tale.tally.messages} messages: alone and in batches, plain and in base64,"
        f" {tale.tally.twice} of the calls twice. After {took:.1f} s {len(debits):,} calls are booked, each once. They"
        f" cost {money(together(costs))}; {costs.count(Decimal(0)):,} cost nothing, because nobody answered, or they"
        " came from outside, or went to 911."
    )
    tale.paper.say(
        f"The balance met the trigger {times(len(recharges))}, however many calls met it together, and"
        f" {times(len(recharges))} the card was charged {money(amount(recharges[-1]['amount']))}. The balance is"
        f" {money(amount(found['balance']))} now."
    )
    tale.show_lots()
    tale.show_letters()


def _report(tale: Tale) -> float:
    """Have the portions reported, the last one with what cannot be booked; the seconds until all was quiet."""
    portions = tale.plan.first
    spoilt = [record.arrives for record in unbookable(tale.plan.original, tale.service.account, tale.card)]
    started = monotonic()
    for number, portion in enumerate(portions, 1):
        with meanwhile(f"{len(portion):,} calls arrive, portion {number} of {len(portions)}"):
            tale.report(portion, beside=spoilt if number == len(portions) else ())
        tale.expect_recharge()
    tale.send([NO_JSON])
    return monotonic() - started


def rest_is_kept(tale: Tale) -> None:
    """One call comes altered; suspense shows it beside everything else that could not be booked."""
    tale.paper.chapter("What could not be booked is kept, with its reason")
    plan = tale.plan
    tale.send([json.dumps(plan.altered.event(tale.service.account))])
    waiting = tale.service.all("/suspense")
    reasons = Counter(item["reason"] for item in waiting)
    _claim_reasons(tale, reasons)
    named = sorted(f"{name.replace('_', ' ')}{f' ({count})' if count > 1 else ''}" for name, count in reasons.items())
    tale.paper.say(f"{len(waiting)} records wait, whole, in suspense: {', '.join(named)}.")
    correction = _accept(tale, next(item for item in waiting if item["reason"] == "conflict"))
    tale.read_balance("after the correction")
    tale.paper.say(
        f"The conflict is a call of {plan.original.seconds} s that came again as one of {plan.altered.seconds} s."
        f" Nothing was booked for that until, now, an operator accepts it: a correction of"
        f" {money(amount(correction['amount']))}."
    )


def _claim_reasons(tale: Tale, found: Counter[str]) -> None:
    """One record for each reason; the reasons themselves are shown only where they differ."""
    spoilt = unbookable(tale.plan.original, tale.service.account, tale.card)
    expected = Counter((*(record.reason for record in spoilt), "unreadable", "conflict"))
    tale.claims.add("records in suspense", expected.total(), found.total())
    missing, surplus = expected - found, found - expected
    differing = [f"no {name}" for name in missing] + [f"also {name}" for name in surplus]
    tale.claims.add("each with the reason that fits", "yes", ", ".join(differing) or "yes")


def _accept(tale: Tale, conflict: Json) -> Json:
    """The operator's word for the altered record, and the correction that it makes."""
    tale.service.post(f"/suspense/{conflict['id']}/accept", {})
    tale.settle()
    more = cost([tale.plan.altered]) - cost([tale.plan.original])
    tale.books.spend(more)
    correction = tale.movements("correction")[-1]
    tale.claims.add("correction of the altered call", money(-more), money(amount(correction["amount"])))
    return correction
