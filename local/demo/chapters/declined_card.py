"""The card fails: once for a while, once for good."""

from datetime import timedelta

from local.demo.clients import Json, amount
from local.demo.console import meanwhile, times
from local.demo.context import POSTPONED, REFUSED, DemoContext
from local.demo.expected_books import money
from shared.kernel.times import parse_instant

A_MOMENT = timedelta(seconds=1)
LAST_MONTH = timedelta(days=32)
A_WEEK = timedelta(days=7)
"""Longer than the whole schedule of retries."""


def no_funds_for_an_hour(context: DemoContext) -> None:
    """Insufficient funds: told, tried again an hour later on the same payment, which succeeds."""
    context.console.chapter("The card has no funds, and an hour later it has")
    context.around.next_charge_becomes("insufficient_funds")
    with meanwhile(f"{len(context.plan.declined)} calls bring the balance to the trigger"):
        context.report(context.plan.declined)
    context.emails.append(POSTPONED)
    declined, order = context.read_balance("with the charge declined"), context.service.get("auto-recharge")
    told_at, due = parse_instant(context.last_email(POSTPONED)["at"]), parse_instant(order["nextAttempt"])
    context.claims.add("declined charge: next try after", "60 min", f"{(due - told_at).total_seconds() / 60:.0f} min")
    context.console.say(
        f"{len(context.plan.declined)} calls later the balance is {money(amount(declined['balance']))}, and the bank"
        f" declines the charge: {order['reason'].replace('_', ' ')}. The next try is due at {due:%H:%M} UTC. The"
        " clock is moved there."
    )
    with meanwhile("an hour passes"):
        context.machine.move_clock(due + A_MOMENT)
    context.expect_recharge()
    found, payment = context.read_balance("after the second try"), context.around.payments()[-1]
    context.claims.add("its tries: declined, succeeded", "1, 1", _tries(payment))
    context.console.say(
        "It is the same payment that is tried again and now succeeds, so nothing can be charged twice. The balance is"
        f" {money(amount(found['balance']))}."
    )
    context.show_emails()


def card_expires(context: DemoContext) -> None:
    """An expired card: told, and never tried again."""
    context.console.chapter("The card expires")
    card = context.service.all("payment-methods")[0]
    context.around.card_expires(card["id"], context.machine.now() - LAST_MONTH)
    with meanwhile(f"{len(context.plan.expired)} calls bring the balance to the trigger"):
        context.report(context.plan.expired)
    context.emails.append(REFUSED)
    order = context.service.get("auto-recharge")
    attempt = order["nextAttempt"] or "none"
    context.claims.add("expired card: next try", "none", attempt)
    with meanwhile("a week passes"):
        context.machine.move_clock(context.machine.now() + A_WEEK)
    payment, found = context.around.payments()[-1], context.read_balance("a week later")
    context.claims.add("a week later: declined, succeeded", "1, 0", _tries(payment))
    context.console.say(
        f"{len(context.plan.expired)} calls later the trigger is met again, and the charge is refused:"
        f" {order['reason'].replace('_', ' ')}. Next try: {attempt}. A week passes: the card was tried"
        f" {times(payment['failedCharges'])} in all, and the balance is {money(amount(found['balance']))}."
    )
    context.show_emails()


def _tries(payment: Json) -> str:
    return f"{payment['failedCharges']}, {payment['succeededCharges']}"
