"""The calls arrive: most are booked, auto-recharge keeps up, and what cannot be booked is kept."""

import json
from collections import Counter
from decimal import Decimal
from time import monotonic

from local.demo.clients import Json, amount
from local.demo.console import meanwhile, times
from local.demo.context import DemoContext
from local.demo.expected_books import money, together
from local.demo.plan import cost
from local.demo.unbookable import NO_JSON, unbookable


def calls_arrive(context: DemoContext) -> None:
    """Portion after portion; whenever one crosses the trigger, the recharge is there before the next."""
    portions = context.plan.first
    context.console.chapter(f"{sum(map(len, portions)):,} of {len(context.plan.calls):,} calls arrive")
    took = _report(context)
    found = context.read_balance("after these calls")
    debits, recharges = context.movements("debit"), context.movements("recharge")
    costs = [-amount(debit["amount"]) for debit in debits]
    context.claims.add("recharges for their crossings", len(context.emails), len(recharges))
    context.console.say(
        f"Days of calls come in {context.tally.messages} messages: alone and in batches, plain and in base64, "
        f"{context.tally.twice} of the calls twice. After {took:.1f} s {len(debits):,} calls are booked, each once. "
        f"They cost {money(together(costs))}; {costs.count(Decimal(0)):,} cost nothing, because nobody answered, or "
        "they came from outside, or went to 911."
    )
    context.console.say(
        f"The balance met the trigger {times(len(recharges))}, however many calls met it together, and"
        f" {times(len(recharges))} the card was charged {money(amount(recharges[-1]['amount']))}. The balance is"
        f" {money(amount(found['balance']))} now."
    )
    context.show_lots()
    context.show_emails()


def _report(context: DemoContext) -> float:
    """Have the portions reported, the last one with what cannot be booked; the seconds until all was quiet."""
    portions = context.plan.first
    spoilt = [record.arrives for record in unbookable(context.plan.original, context.service.account, context.card)]
    started = monotonic()
    for number, portion in enumerate(portions, 1):
        with meanwhile(f"{len(portion):,} calls arrive, portion {number} of {len(portions)}"):
            context.report(portion, beside=spoilt if number == len(portions) else ())
        context.expect_recharge()
    context.send([NO_JSON])
    return monotonic() - started


def rest_is_kept(context: DemoContext) -> None:
    """One call comes altered; suspense shows it beside everything else that could not be booked."""
    context.console.chapter("What could not be booked is kept, with its reason")
    plan = context.plan
    context.send([json.dumps(plan.altered.event(context.service.account))])
    waiting = context.service.all("/suspense")
    reasons = Counter(item["reason"] for item in waiting)
    _claim_reasons(context, reasons)
    named = sorted(f"{name.replace('_', ' ')}{f' ({count})' if count > 1 else ''}" for name, count in reasons.items())
    context.console.say(f"{len(waiting)} records wait, whole, in suspense: {', '.join(named)}.")
    correction = _accept(context, next(item for item in waiting if item["reason"] == "conflict"))
    context.read_balance("after the correction")
    context.console.say(
        f"The conflict is a call of {plan.original.seconds} s that came again as one of {plan.altered.seconds} s."
        f" Nothing was booked for that until, now, an operator accepts it: a correction of"
        f" {money(amount(correction['amount']))}."
    )


def _claim_reasons(context: DemoContext, found: Counter[str]) -> None:
    """One record for each reason; the reasons themselves are shown only where they differ."""
    spoilt = unbookable(context.plan.original, context.service.account, context.card)
    expected = Counter((*(record.reason for record in spoilt), "unreadable", "conflict"))
    context.claims.add("records in suspense", expected.total(), found.total())
    missing, surplus = expected - found, found - expected
    differing = [f"no {name}" for name in missing] + [f"also {name}" for name in surplus]
    context.claims.add("each with the reason that fits", "yes", ", ".join(differing) or "yes")


def _accept(context: DemoContext, conflict: Json) -> Json:
    """The operator's word for the altered record, and the correction that it makes."""
    context.service.post(f"/suspense/{conflict['id']}/accept", {})
    context.settle()
    more = cost([context.plan.altered]) - cost([context.plan.original])
    context.books.spend(more)
    correction = context.movements("correction")[-1]
    context.claims.add("correction of the altered call", money(-more), money(amount(correction["amount"])))
    return correction
