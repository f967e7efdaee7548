"""To zero and back, and a year later."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from local.demo.delivery import again
from local.demo.expected import money
from local.demo.opening import buy
from local.demo.outside import amount, usd
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
    found = tale.read_balance("at zero")
    tale.paper.say(
        f"{len(tale.plan.to_zero)} calls later the balance is {money(amount(found['balance']))}. A finished call is"
        f" always booked in full, so {money(amount(found['overdraft']))} is overdrawn. One e-mail says so, not one a"
        " call."
    )
    tale.show_letters()


def buys_again(tale: Tale) -> None:
    """Another card pays; the overdraft is taken from the new lot in the same commit."""
    tale.paper.chapter(f"{money(AMOUNT)} is bought again")
    owed = tale.service.get("")["overdraft"]
    buy(tale, {"amount": usd(AMOUNT), "paymentMethod": "pm_card_mastercard"}, "second-purchase")
    tale.settle()
    bought = tale.read_balance("after the second purchase")
    withdrawn = [payment["status"] for payment in tale.around.payments() if not payment["succeededCharges"]]
    tale.claims.add("refused recharge, at the provider", "canceled", ", ".join(withdrawn))
    with meanwhile(f"{len(tale.plan.after)} calls are paid from it"):
        tale.report(tale.plan.after)
    found = tale.read_balance("after the last calls")
    tale.paper.say(
        f"Another card pays. {money(amount(owed))} of it settles the overdraft, {money(amount(bought['balance']))} is"
        f" there to use, and after the last {len(tale.plan.after)} calls {money(amount(found['balance']))}."
    )
    tale.show_lots()


def a_year_passes(tale: Tale) -> None:
    """Gone at the instant, by computation; booked once late usage has had its time."""
    tale.paper.chapter("A year passes")
    expires = parse_instant(tale.service.all("lots")[-1]["expiresAt"])
    rest = _forecast(tale, expires)
    with meanwhile("a year passes, and a day"):
        tale.machine.move_clock(expires + A_DAY)
    tale.letters.append(ZERO)
    now, booked = money(amount(tale.service.get("")["balance"])), len(tale.movements_since(expires, "expiry"))
    tale.claims.add("a day later: balance, lapses", "0.00, 0", f"{now}, {booked}")
    late = _report_late(tale, expires)
    with meanwhile("three more days pass, and expiry night"):
        tale.machine.move_clock(expires + GRACE_AND_NIGHT)
    lapsed = ", ".join(money(-amount(movement["amount"])) for movement in tale.movements_since(expires, "expiry"))
    tale.claims.add("lapsed in expiry night", money(tale.books.lapse()), lapsed)
    tale.read_balance("after that night")
    tale.paper.say(
        f"On {expires:%d %B %Y at %H:%M:%S} UTC the last {rest} expires. A day later the balance is {now}, with"
        f" nothing booked. A call that had begun half an hour before is reported only now: its {late} is still paid"
        f" from that lot. A call of last year is reported once more, and is known. After three days of grace, at"
        f" night, {lapsed} lapses."
    )
    tale.show_lots()
    tale.show_letters()


def _forecast(tale: Tale, expires: datetime) -> str:
    """What will be left just before the expiry and at it, as the service tells it a year before; the former."""
    asked = (instant_text(instant) for instant in (expires - JUST_BEFORE, expires))
    before, then = (money(amount(tale.service.get("balance", at=at)["balance"])) for at in asked)
    tale.claims.add("forecast: before expiry, at expiry", f"{money(tale.books.balance)}, 0.00", f"{before}, {then}")
    return before


def _report_late(tale: Tale, expires: datetime) -> str:
    """A call that began before the expiry, and one that was booked a year ago; what the former took."""
    late = replace(tale.plan.original, id="a-late-call", started_at=expires - HALF_AN_HOUR)
    tale.tally.calls.append(late)
    account = tale.service.account
    tale.send([json.dumps([late.event(account), again(tale.plan.original.event(account))])])
    tale.books.spend(late.price.amount)
    return ", ".join(money(-amount(debit["amount"])) for debit in tale.movements_since(expires, "debit"))
