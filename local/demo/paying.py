"""The card fails: once for a while, once for good."""

from datetime import timedelta

from local.demo.expected import money
from local.demo.outside import Json, amount
from local.demo.paper import meanwhile
from local.demo.plan import AMOUNT
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
    declined, order = tale.read_balance(), tale.service.get("auto-recharge")
    told_at = parse_instant(tale.around.letters()[-1]["at"])
    due = parse_instant(order["nextAttempt"])
    tale.claims.add(
        "declined for want of funds, tried again after", "60 min", f"{(due - told_at).total_seconds() / 60:.0f} min"
    )
    tale.paper.say(
        f"{len(tale.plan.declined)} calls later the balance is {money(amount(declined['balance']))}. The bank declines:"
        f" {order['reason'].replace('_', ' ')}. The next attempt is at {due:%H:%M} UTC; the clock is moved there."
    )
    with meanwhile("an hour passes"):
        tale.machine.move_clock(due + A_MOMENT)
    tale.expect_recharge()
    found, payment = tale.read_balance(), tale.around.payments()[-1]
    tale.claims.add("its charges declined, succeeded", "1, 1", _charges(payment))
    tale.paper.say(
        f"The same payment is tried again and succeeds, so it can not be charged twice. The balance is"
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
    tale.claims.add("expired card: slot, next attempt", "declined, None", f"{order['slot']}, {order['nextAttempt']}")
    with meanwhile("a week passes"):
        tale.machine.move_clock(tale.machine.now() + A_WEEK)
    payment = tale.around.payments()[-1]
    tale.claims.add("its charges a week later: declined, succeeded", "1, 0", _charges(payment))
    found = tale.read_balance()
    tale.paper.say(
        f"{len(tale.plan.expired)} calls later the trigger is reached again, and the charge of {money(AMOUNT)} is"
        f" refused: {order['reason'].replace('_', ' ')}. No next attempt is planned. A week passes, with"
        f" {payment['failedCharges']} charge tried in all. The balance stays at {money(amount(found['balance']))}."
    )
    tale.show_letters()


def _charges(payment: Json) -> str:
    return f"{payment['failedCharges']}, {payment['succeededCharges']}"
