"""The card is declined: once for an hour, and once permanently."""

from datetime import timedelta

from local.demo.clients import amount
from local.demo.console import status, times
from local.demo.context import POSTPONED, REFUSED, DemoContext
from local.demo.expected_books import money
from local.machine.service_client import Json
from operations.plural import count_of
from shared.kernel.times import parse_instant

A_MOMENT = timedelta(seconds=1)
LAST_MONTH = timedelta(days=32)
A_WEEK = timedelta(days=7)
"""Longer than the whole schedule of retries."""


def no_funds_for_an_hour(context: DemoContext) -> None:
    """Insufficient funds: an e-mail says so, and an hour later the same payment is tried again and succeeds."""
    context.console.chapter("The card has no funds for an hour")
    calls = count_of(len(context.plan.declined), "call")
    context.stand_ins.set_next_outcome("insufficient_funds")
    with status(f"the balance falls to the trigger, with {calls}"):
        context.report(context.plan.declined)
    context.emails.append(POSTPONED)
    declined, auto_recharge = context.read_balance("with the charge declined"), context.service.get("auto-recharge")
    sent_at, due = parse_instant(context.last_email(POSTPONED)["at"]), parse_instant(auto_recharge["nextAttempt"])
    context.claims.add("declined charge: next try after", "60 min", f"{(due - sent_at).total_seconds() / 60:.0f} min")
    context.console.paragraph(
        f"{calls} later the balance is {money(amount(declined['balance']))}, and the bank declines the charge:"
        f" {auto_recharge['reason'].replace('_', ' ')}."
        f" The next try is due at {due:%H:%M} UTC. The clock is moved to it."
    )
    with status("an hour passes"):
        context.machine.move_clock(due + A_MOMENT)
    context.expect_recharge()
    found, payment = context.read_balance("after the second try"), context.stand_ins.payments()[-1]
    context.claims.add("that payment: declined, succeeded", "1, 1", _tries(payment))
    context.console.paragraph(
        "The same payment is tried again and now succeeds, so nothing can be charged twice. The balance is"
        f" {money(amount(found['balance']))}."
    )
    context.show_emails()


def card_expires(context: DemoContext) -> None:
    """An expired card: an e-mail says so, and the card is not tried again. It was the only one, so auto-recharge is off
    until another one is stored.
    """
    context.console.chapter("The card expires")
    card = context.service.all("payment-methods")[0]
    context.stand_ins.set_expiry(card["id"], context.machine.now() - LAST_MONTH)
    with status(f"the balance falls to the trigger, with {count_of(len(context.plan.expired), 'call')}"):
        context.report(context.plan.expired)
    context.emails.append(REFUSED)
    auto_recharge = context.service.get("auto-recharge")
    state = "on" if auto_recharge["enabled"] else "off"
    context.claims.add("expired card, the only one: auto-recharge", "off", state)
    with status("a week passes"):
        context.machine.move_clock(context.machine.now() + A_WEEK)
    payment, found = context.stand_ins.payments()[-1], context.read_balance("a week later")
    context.claims.add("a week later: declined, succeeded", "1, 0", _tries(payment))
    context.console.paragraph(
        f"{count_of(len(context.plan.expired), 'call')} later the trigger is reached again, and the charge is refused:"
        f" expired card. There is no other card, so auto-recharge is {state} until one is stored. A week passes: the"
        f" card was tried {times(payment['failedCharges'])} in all. The balance is {money(amount(found['balance']))}."
    )
    context.show_emails()


def _tries(payment: Json) -> str:
    return f"{payment['failedCharges']}, {payment['succeededCharges']}"
