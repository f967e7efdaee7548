"""To zero and back, and a year later."""

import json
from dataclasses import replace
from datetime import timedelta

from local.demo.calls import Call
from local.demo.delivery import again
from local.demo.expected import money
from local.demo.opening import buy
from local.demo.outside import Json, amount, usd
from local.demo.paper import meanwhile
from local.demo.plan import AMOUNT
from local.demo.tale import ZERO, Tale
from shared.kernel.times import instant_text, parse_instant

JUST_BEFORE = timedelta(seconds=1)
A_DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
GRACE_AND_NIGHT = timedelta(days=4)
"""Three days in which late usage may come, and the night after them."""


def runs_to_zero(tale: Tale) -> None:
    """The last call is booked in full, though less was left."""
    tale.paper.chapter("The balance runs to zero")
    with meanwhile(f"{len(tale.plan.to_zero)} calls use up what is left"):
        tale.report(tale.plan.to_zero)
    tale.letters.append(ZERO)
    found = tale.read_balance()
    tale.paper.say(
        f"{len(tale.plan.to_zero)} calls later the balance is {money(amount(found['balance']))}. Calls that had begun are"
        f" booked in full: {money(amount(found['overdraft']))} is overdrawn. One e-mail says so, not one a call."
    )
    tale.show_letters()


def buys_again(tale: Tale) -> None:
    """Another card pays; the overdraft is taken from the new lot in the same commit."""
    tale.paper.chapter(f"{money(AMOUNT)} is bought again")
    owed = tale.service.get("")["overdraft"]
    buy(tale, {"amount": usd(AMOUNT), "paymentMethod": "pm_card_mastercard"}, "second-purchase")
    tale.settle()
    bought = tale.read_balance()
    withdrawn = [payment["status"] for payment in tale.around.payments() if not payment["succeededCharges"]]
    tale.claims.add("the refused recharge, at the provider", "canceled", ", ".join(withdrawn))
    tale.report(tale.plan.after)
    found = tale.read_balance()
    tale.paper.say(
        f"A Mastercard pays. {money(amount(owed))} of it settles the overdraft, {money(amount(bought['balance']))} is"
        f" there to use; {len(tale.plan.after)} calls later {money(amount(found['balance']))} is."
    )
    tale.show_lots()


def a_year_passes(tale: Tale) -> None:
    """Gone at the instant, by computation; booked once late usage has had its time."""
    tale.paper.chapter("A year passes")
    lot = tale.service.all("lots")[-1]
    expires = parse_instant(lot["expiresAt"])
    rest = tale.books.balance
    forecast = [amount(_balance(tale, instant)) for instant in (expires - JUST_BEFORE, expires)]
    tale.claims.add(
        "told beforehand: a second before expiry, at it", f"{money(rest)}, 0.00", ", ".join(map(money, forecast))
    )
    with meanwhile("a year passes, and a day"):
        tale.machine.move_clock(expires + A_DAY)
    tale.letters.append(ZERO)
    now = amount(tale.service.get("")["balance"])
    tale.claims.add(
        "a day after expiry: balance, lapses booked", "0.00, 0", f"{money(now)}, {len(tale.movements('expiry'))}"
    )
    late = replace(tale.plan.original, id="late", started_at=expires - HALF_AN_HOUR)
    _report_late(tale, late)
    with meanwhile("three more days pass, and expiry night"):
        tale.machine.move_clock(expires + GRACE_AND_NIGHT)
    lapsed = tale.movements("expiry")
    tale.claims.add(
        "lapsed in expiry night",
        money(-tale.books.lapse()),
        ", ".join(money(amount(each["amount"])) for each in lapsed),
    )
    tale.read_balance()
    tale.paper.say(
        f"On {expires:%d %B %Y at %H:%M:%S} UTC the last {money(rest)} expired. A day later the balance is"
        f" {money(now)}, and a call comes in that began half an hour before: it is still paid from that lot. So is"
        f" nothing that comes a second time, a year-old call included."
    )
    tale.paper.say(f"After three days of grace, at night, {money(-amount(lapsed[-1]['amount']))} is booked as lapsed.")
    tale.show_lots()
    tale.show_letters()


def _balance(tale: Tale, instant) -> Json:
    found: Json = tale.service.get("balance", at=instant_text(instant))
    return found["balance"]


def _report_late(tale: Tale, late: Call) -> None:
    """A call that began before the expiry, and one that was booked a year ago."""
    account = tale.service.account
    tale.tally.calls.append(late)
    tale.send([json.dumps([late.event(account), again(tale.plan.original.event(account))])])
    tale.books.spend(late.price.amount)
