"""The balance runs to zero, credit is bought again, and a year later it lapses."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from local.demo.chapters.first_credit import buy
from local.demo.clients import amount, usd
from local.demo.console import status
from local.demo.context import ZERO, DemoContext
from local.demo.delivery import sent_again
from local.demo.expected_books import money
from local.demo.plan import AMOUNT
from operations.plural import count_of
from shared.kernel.times import instant_text, parse_instant

JUST_BEFORE = timedelta(seconds=1)
A_DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
GRACE_AND_NIGHT = timedelta(days=4)
"""The three days of grace for late usage, and the night after them."""


def runs_to_zero(context: DemoContext) -> None:
    """The last call is booked in full, although less than its price was left."""
    context.console.chapter("The balance runs to zero")
    calls = count_of(len(context.plan.to_zero), "call")
    with status(f"what is left is used up, with {calls}"):
        context.report(context.plan.to_zero)
    context.emails.append(ZERO)
    found = context.read_balance("at zero")
    context.console.paragraph(
        f"{calls} later the balance is {money(amount(found['balance']))}. A finished call is always booked in full, so"
        f" {money(amount(found['overdraft']))} is overdrawn. One e-mail says so, not one for each call."
    )
    context.show_emails()


def buys_again(context: DemoContext) -> None:
    """Another card pays; the overdraft is taken from the new lot in the same commit."""
    context.console.chapter(f"{money(AMOUNT)} is bought again")
    owed = context.service.get("")["overdraft"]
    buy(context, {"amount": usd(AMOUNT), "paymentMethod": "pm_card_mastercard"}, "second-purchase")
    context.settle()
    bought = context.read_balance("after the second purchase")
    withdrawn = [payment["status"] for payment in context.stand_ins.payments() if not payment["succeededCharges"]]
    context.claims.add("refused recharge, at the provider", "canceled", ", ".join(withdrawn))
    with status(f"it pays for {count_of(len(context.plan.after), 'call')}"):
        context.report(context.plan.after)
    found = context.read_balance("after the last calls")
    context.console.paragraph(
        f"Another card pays. {money(amount(owed))} of it settles the overdraft, {money(amount(bought['balance']))} is"
        f" there to use. After the last {count_of(len(context.plan.after), 'call')} it is"
        f" {money(amount(found['balance']))}."
    )
    context.show_lots()


def a_year_passes(context: DemoContext) -> None:
    """Credit expires at its instant, by computation. Its lapse is booked when the grace for late usage has ended."""
    context.console.chapter("A year passes")
    expires = parse_instant(context.service.all("lots")[-1]["expiresAt"])
    rest = _forecast(context, expires)
    with status("a year passes, and a day"):
        context.machine.move_clock(expires + A_DAY)
    context.emails.append(ZERO)
    now, booked = money(amount(context.service.get("")["balance"])), len(context.movements_since(expires, "expiry"))
    context.claims.add("a day later: balance, lapses", "0.00, 0", f"{now}, {booked}")
    late = _report_late(context, expires)
    with status("three more days pass, and the nightly run"):
        context.machine.move_clock(expires + GRACE_AND_NIGHT)
    lapsed = ", ".join(money(-amount(movement["amount"])) for movement in context.movements_since(expires, "expiry"))
    context.claims.add("lapsed in the nightly run", money(context.books.lapse()), lapsed)
    context.read_balance("after that night")
    context.console.paragraph(
        f"On {expires:%d %B %Y at %H:%M:%S} UTC the last {rest} expires. A day later the balance is {now}, with"
        f" nothing booked. A call that began half an hour before the expiry is reported only now: its {late} is"
        f" still paid from that lot. A call of last year is reported again, and is not booked again. After three days"
        f" of grace, at night, {lapsed} lapses."
    )
    context.show_lots()
    context.show_emails()


def _forecast(context: DemoContext, expires: datetime) -> str:
    """The balance just before the expiry, as the service forecasts it a year ahead. At the expiry it must be zero."""
    instants = (instant_text(instant) for instant in (expires - JUST_BEFORE, expires))
    before, then = (money(amount(context.service.get("balance", at=at)["balance"])) for at in instants)
    context.claims.add(
        "forecast: before expiry, at expiry", f"{money(context.books.balance)}, 0.00", f"{before}, {then}"
    )
    return before


def _report_late(context: DemoContext, expires: datetime) -> str:
    """Report a new call that began before the expiry, and again a call of last year. Return what the new call cost."""
    late = replace(context.plan.original, id="a-late-call", started_at=expires - HALF_AN_HOUR)
    context.tally.calls.append(late)
    account = context.service.account
    context.send([json.dumps([late.event(account), sent_again(context.plan.original.event(account))])])
    context.books.spend(late.price.amount)
    return ", ".join(money(-amount(debit["amount"])) for debit in context.movements_since(expires, "debit"))
