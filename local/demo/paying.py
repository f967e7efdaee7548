"""The card fails: once for a while, once for good."""

from datetime import timedelta

from local.demo.expected import money
from local.demo.outside import Json, amount
from local.demo.paper import meanwhile, times
from local.demo.tale import POSTPONED, REFUSED, Tale
from shared.kernel.times import parse_instant

A_MOMENT = timedelta(seconds=1)
LAST_MONTH = timedelta(days=32)
A_WEEK = timedelta(days=7)
"""Longer than the whole schedule of retries."""


def no_funds_for_an_hour(tale: Tale) -> None:
    """Insufficient funds: told, tried again an hour later on the same payment, which succeeds."""
    tale.paper.chapter("The card has no funds, and an hour later it has")
    tale.around.next_charge_becomes("insufficient_funds")
    with meanwhile(f"{len(tale.plan.declined)} calls bring the balance to the trigger"):
        tale.report(tale.plan.declined)
    tale.letters.append(POSTPONED)
    declined, order = tale.read_balance("with the charge declined"), tale.service.get("auto-recharge")
    told_at, due = parse_instant(tale.last_letter(POSTPONED)["at"]), parse_instant(order["nextAttempt"])
    tale.claims.add("declined charge: next try after", "60 min", f"{(due - told_at).total_seconds() / 60:.0f} min")
    tale.paper.say(
        f"{len(tale.plan.declined)} calls later the balance is {money(amount(declined['balance']))}, and the bank"
        f" declines the charge: {order['reason'].replace('_', ' ')}. The next try is due at {due:%H:%M} UTC. The"
        " clock is moved there."
    )
    with meanwhile("an hour passes"):
        tale.machine.move_clock(due + A_MOMENT)
    tale.expect_recharge()
    found, payment = tale.read_balance("after the second try"), tale.around.payments()[-1]
    tale.claims.add("its tries: declined, succeeded", "1, 1", _tries(payment))
    tale.paper.say(
        "It is the same payment that is tried again and now succeeds, so nothing can be charged twice. The balance is"
        f" {money(amount(found['balance']))}."
    )
    tale.show_letters()


def card_expires(tale: Tale) -> None:
    """An expired card: told, and never tried again."""
    tale.paper.chapter("The card expires")
    card = tale.service.all("payment-methods")[0]
    tale.around.card_expires(card["id"], tale.machine.now() - LAST_MONTH)
    with meanwhile(f"{len(tale.plan.expired)} calls bring the balance to the trigger"):
        tale.report(tale.plan.expired)
    tale.letters.append(REFUSED)
    order = tale.service.get("auto-recharge")
    attempt = order["nextAttempt"] or "none"
    tale.claims.add("expired card: next try", "none", attempt)
    with meanwhile("a week passes"):
        tale.machine.move_clock(tale.machine.now() + A_WEEK)
    payment, found = tale.around.payments()[-1], tale.read_balance("a week later")
    tale.claims.add("a week later: declined, succeeded", "1, 0", _tries(payment))
    tale.paper.say(
        f"{len(tale.plan.expired)} calls later the trigger is met again, and the charge is refused:"
        f" {order['reason'].replace('_', ' ')}. Next try: {attempt}. A week passes: the card was tried"
        f" {times(payment['failedCharges'])} in all, and the balance is {money(amount(found['balance']))}."
    )
    tale.show_letters()


def _tries(payment: Json) -> str:
    return f"{payment['failedCharges']}, {payment['succeededCharges']}"
