"""The calls arrive: most are booked, auto-recharge keeps up, and suspense keeps what cannot be booked."""

import json
from collections import Counter
from decimal import Decimal
from time import monotonic

from local.demo.clients import amount
from local.demo.console import status, times
from local.demo.context import DemoContext
from local.demo.expected_books import money, total
from local.demo.plan import cost
from local.demo.unbookable import NOT_JSON, unbookable
from local.machine.service_client import Json
from operations.plural import count_of


def calls_arrive(context: DemoContext) -> None:
    """The portions arrive. If one crosses the trigger, the recharge is booked before the next arrives."""
    portions = context.plan.first
    context.console.chapter(f"{sum(map(len, portions)):,} of {len(context.plan.calls):,} calls arrive")
    took = _report(context)
    found = context.read_balance("after these calls")
    debits, recharges = context.movements("debit"), context.movements("recharge")
    costs = [-amount(debit["amount"]) for debit in debits]
    context.claims.add("recharges for their crossings", len(context.emails), len(recharges))
    context.console.paragraph(
        f"Several days of calls arrive in {count_of(context.tally.messages, 'message')}: alone and in batches, plain"
        f" and in base64, {context.tally.twice} of the calls twice. After {took:.1f} s {len(debits):,} calls are"
        f" booked, each once. They cost {money(total(costs))}; {costs.count(Decimal(0)):,} cost nothing, because"
        " nobody answered, or they were inbound, or to 911."
    )
    context.console.paragraph(
        f"The balance reached the trigger {times(len(recharges))}, however many calls reached it together, and the"
        f" card was charged {money(amount(recharges[-1]['amount']))} {times(len(recharges))}. The balance is"
        f" {money(amount(found['balance']))} now."
    )
    context.show_lots()
    context.show_emails()


def _report(context: DemoContext) -> float:
    """Report the portions, the last one with the unbookable records. Return the seconds until the service was idle."""
    portions = context.plan.first
    unbookable_records = [
        record.record for record in unbookable(context.plan.original, context.service.account, context.card)
    ]
    started = monotonic()
    for number, portion in enumerate(portions, 1):
        with status(f"{len(portion):,} calls arrive, portion {number} of {len(portions)}"):
            context.report(portion, others=unbookable_records if number == len(portions) else ())
        context.expect_recharge()
    context.send([NOT_JSON])
    return monotonic() - started


def unbookable_is_in_suspense(context: DemoContext) -> None:
    """An altered call arrives; it is in suspense, as is everything else that could not be booked."""
    context.console.chapter("What could not be booked is in suspense, with its reason")
    plan = context.plan
    context.send([json.dumps(plan.altered.event(context.service.account))])
    waiting = context.service.all("/suspense")
    reasons = Counter(item["reason"] for item in waiting)
    _claim_reasons(context, reasons)
    counted = sorted(f"{name.replace('_', ' ')}{f' ({count})' if count > 1 else ''}" for name, count in reasons.items())
    context.console.paragraph(f"{len(waiting)} records are in suspense, each complete: {', '.join(counted)}.")
    correction = _accept(context, next(item for item in waiting if item["reason"] == "conflict"))
    context.read_balance("after the correction")
    context.console.paragraph(
        f"The conflict is a call of {plan.original.seconds} s that was sent again as one of"
        f" {plan.altered.seconds} s. Nothing was booked for the second record until an operator accepted it, just now:"
        f" a correction of {money(amount(correction['amount']))}."
    )


def _claim_reasons(context: DemoContext, found: Counter[str]) -> None:
    """Check that there is one record for each reason; reasons are shown only where they differ."""
    unbookable_records = unbookable(context.plan.original, context.service.account, context.card)
    expected = Counter((*(record.reason for record in unbookable_records), "unreadable", "conflict"))
    context.claims.add("records in suspense", expected.total(), found.total())
    missing, surplus = expected - found, found - expected
    differing = [f"no {name}" for name in missing] + [f"also {name}" for name in surplus]
    context.claims.add("each with the reason that fits", "yes", ", ".join(differing) or "yes")


def _accept(context: DemoContext, conflict: Json) -> Json:
    """The correction that is booked when an operator accepts the altered record."""
    context.service.post(f"/suspense/{conflict['id']}/accept", {})
    context.settle()
    difference = cost([context.plan.altered]) - cost([context.plan.original])
    context.books.spend(difference)
    correction = context.movements("correction")[-1]
    context.claims.add("correction of the altered call", money(-difference), money(amount(correction["amount"])))
    return correction
