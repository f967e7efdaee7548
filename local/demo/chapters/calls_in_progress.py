"""Fabrikam's telephony system asks before each call: included minutes first, then credit, then only free calls.

Its prices can be checked with a pencil (`local/sample/fabrikam.csv`).
"""

from decimal import Decimal

from local.commands.sample_card import SAMPLE, publish_card
from local.demo.clients import amount
from local.demo.console import status
from local.demo.context import DemoContext
from local.demo.expected_books import ZERO, balance_text, money
from local.demo.telephony import Talk, answer_text, minutes, verdict
from local.machine.service_client import Json
from shared.kernel.times import instant_text

CARD, CURRENCY, PLAN = "fabrikam", "GBP", "MCOPSTN5"
FUNDS = Decimal("5.00")
POOL_SECONDS = 120 * 60
"""One licence of the plan includes 120 minutes a month."""

FAY, GUS = (
    {"user": "fay", "direction": "out", "service": "user"},
    {"user": "gus", "direction": "out", "service": "user"},
)
QUEUE = {"direction": "in", "service": "callQueue", "calling": "+441632960123"}
FREEPHONE, CARDIFF, NEW_YORK, EMERGENCY = "+448081570123", "+442920180123", "+12125550123", "999"

QUEUE_SECONDS, QUEUE_COST = 150, Decimal("0.09")
"""Three started minutes at 0.03."""

LONG_SECONDS, LONG_COST, LONG_HELD = POOL_SECONDS + 180, Decimal("0.06"), Decimal("0.10")
"""Three minutes more than the plan includes, at 0.02; five are held."""

FIRST_HELD = Decimal("3.05")
"""For 300 seconds: 0.05 for the connection, and 0.01 a second."""

LAST_SECONDS = 480
"""4.85 is left: 0.05 for the connection, and 4.80 for 480 seconds."""

WHOLE_HOUR, FIVE_MINUTES = 3600, 300


def asks_before_each_call(context: DemoContext) -> None:
    """Another account: a subscription, a licence, a registered freephone number, and a first call to that number."""
    context.console.chapter("Another organisation's telephony system asks before each call")
    with status("Fabrikam is set up"):
        plan = _set_up(context)
    with status("a caller waits in its queue"):
        talk = Talk.ask(context, "leg-1", FIVE_MINUTES, **QUEUE, called=FREEPHONE)
        booked = talk.hang_up(QUEUE_SECONDS, "the caller hangs up")
    context.fabrikam_books.spend(QUEUE_COST)
    without = Talk.ask(context, "leg-2", FIVE_MINUTES, **GUS, called=CARDIFF)
    kind = booked["explanation"]["callKind"]
    context.claims.add("call to the freephone number", f"tollFree, {money(QUEUE_COST)}", f"{kind}, {_cost(booked)}")
    context.claims.add("call by a user without a licence", "not_licensed", verdict(without.answer))
    found = _read_balance(context, "after the freephone call")
    context.console.paragraph(
        f"Fabrikam, in Cardiff, has {money(FUNDS)} {CURRENCY} of credit, one licence of the {plan}, and a freephone"
        " number for which it pays. Its telephony system asks over HTTP before a call starts, and again while people"
        " talk; each answer holds the money for the time that it allows. A caller dials the freephone number:"
    )
    talk.show()
    context.console.paragraph(
        f"What was held and not needed is free again: the balance is {money(amount(found['balance']))}. Gus, who has"
        f" no licence to spend credit, wants to call Cardiff and is {answer_text(without.answer)}."
    )


def included_minutes_run_out(context: DemoContext) -> None:
    """A long call: the pool pays first, and credit pays what is beyond it."""
    context.console.chapter("The included minutes run out in the middle of a call")
    with status("Fay talks for two hours"):
        talk = Talk.ask(context, "leg-3", WHOLE_HOUR, **FAY, called=CARDIFF)
        talk.talk_and_ask_again(WHOLE_HOUR)
        held = talk.held
        talk.talk_and_ask_again(FIVE_MINUTES)
        context.claims.add(
            "held while the pool pays, and later", f"0.00, {LONG_HELD}", f"{money(held)}, {money(talk.held)}"
        )
        booked = talk.hang_up(LONG_SECONDS, "they say goodbye")
    context.fabrikam_books.spend(LONG_COST)
    explanation = booked["explanation"]
    context.claims.add(
        "long call: free, billed, cost",
        f"{POOL_SECONDS}, {LONG_SECONDS - POOL_SECONDS}, {money(LONG_COST)}",
        f"{explanation['freeSeconds']}, {explanation['billedSeconds']}, {_cost(booked)}",
    )
    [pool] = context.fabrikam.all("pools", month=f"{talk.began:%Y-%m}")
    used = f"{pool['usedSeconds']} of {pool['sizeSeconds']} s"
    context.claims.add("used of that month's pool", f"{POOL_SECONDS} of {POOL_SECONDS} s", used)
    found = _read_balance(context, "after the long call")
    context.console.paragraph(
        "Fay, who has the licence, calls Cardiff and talks for two hours. As long as her plan's minutes last, nothing"
        " is held:"
    )
    talk.show()
    context.console.paragraph(
        f"{explanation['freeSeconds'] // 60} minutes are free, which are all that the plan includes this month. Credit"
        f" pays for the other {explanation['billedSeconds'] // 60}. The balance is {money(amount(found['balance']))}."
    )


def money_ends(context: DemoContext) -> None:
    """A call is extended once, and cut at the second at which the money ends."""
    context.console.chapter("A call is cut when the money ends")
    left = context.fabrikam_books.balance
    with status("Fay calls New York until the money ends"):
        talk = Talk.ask(context, "leg-4", FIVE_MINUTES, **FAY, called=NEW_YORK)
        first = f"{talk.answer['maxSeconds']} s, {money(talk.held)}"
        talk.talk_and_ask_again(FIVE_MINUTES)
        last = f"{talk.answer['maxSeconds']} s, {money(talk.held)}"
        talk.talk_and_ask_again(FIVE_MINUTES)
        booked = talk.hang_up(talk.answer["maxSeconds"], "cut by the telephony system")
    context.fabrikam_books.spend(left)
    context.claims.add("money ends: allowed, held at first", f"{FIVE_MINUTES} s, {FIRST_HELD}", first)
    context.claims.add("money ends: allowed, held at last", f"{LAST_SECONDS} s, {money(left)}", last)
    context.claims.add("money ends: asked for more", "balance_zero", verdict(talk.answer))
    context.claims.add("money ends: cost of the call", money(left), _cost(booked))
    found = _read_balance(context, "after the call that was cut")
    context.console.paragraph("Fay calls New York, for 0.05 and 0.60 a minute, charged by the second:")
    talk.show()
    context.console.paragraph(
        "The second answer said that no money was left for more, so the telephony system could warn her a minute before"
        f" the end. The balance is {money(amount(found['balance']))}, the overdraft"
        f" {money(amount(found['overdraft']))}."
    )


def at_zero(context: DemoContext) -> None:
    """Chargeable calls are refused; emergency calls and ordinary inbound calls are allowed."""
    context.console.chapter("At zero, emergency calls are still allowed")
    wanted = (
        ("a call to New York", "leg-5", FAY, NEW_YORK, "balance_zero"),
        ("a freephone call", "leg-6", QUEUE, FREEPHONE, "balance_zero"),
        ("a call to Fay", "leg-7", {**FAY, "direction": "in"}, CARDIFF, "no limit"),
        (f"a call to {EMERGENCY}", "leg-8", FAY, EMERGENCY, "no limit"),
    )
    answers = []
    for what, leg, parties, called, expected in wanted:
        talk = Talk.ask(context, leg, FIVE_MINUTES, **parties, called=called)
        context.claims.add(f"{what}, at zero", expected, verdict(talk.answer))
        answers.append((what, answer_text(talk.answer), talk.answer["callKind"]))
    booked = talk.hang_up(QUEUE_SECONDS, "help is on its way")
    context.claims.add("cost of the emergency call", "0.00", _cost(booked))
    _read_balance(context, "after the emergency call")
    context.console.steps(answers)
    context.console.paragraph(
        f"The emergency call lasted {minutes(QUEUE_SECONDS)} and cost {_cost(booked)}. Nothing is ever held for one,"
        " and it is allowed whatever the state of the account is."
    )


def _set_up(context: DemoContext) -> str:
    """Open Fabrikam's account with everything that it needs; return the name of its plan."""
    service = context.fabrikam
    publish_card(context.machine, CARD, CURRENCY, SAMPLE.with_name(f"{CARD}.csv"))
    account = {"account": service.account, "name": "Fabrikam", "currency": CURRENCY, "country": "GB", "rateCard": CARD}
    service.post("/accounts", account)
    funds = {"amount": {"amount": str(FUNDS), "currency": CURRENCY}, "reference": "PO 4711", "kind": "paid"}
    service.post("grants", funds, "PO 4711")
    context.fabrikam_books.fund("grant", FUNDS)
    bought = {"licences": 1, "usageLocation": "GB", "channel": "direct", "agreement": "web"}
    since = instant_text(context.machine.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    service.change("subscriptions", {"items": [{"id": "S-1", "plan": PLAN, **bought, "from": since}]})
    service.put("licences/fay", {"communicationsCredits": True, "plan": PLAN, "usageLocation": "GB"})
    service.post("service-numbers", {"number": FREEPHONE, "kind": "tollFree", "use": "callQueue"})
    [name] = [str(plan["name"]) for plan in service.all("/plans") if plan["plan"] == PLAN]
    return name


def _cost(booked: Json) -> str:
    return money(-amount(booked["amount"]))


def _read_balance(context: DemoContext, moment: str) -> Json:
    """Fabrikam's account, in which nothing may be held or overdrawn between calls."""
    found: Json = context.fabrikam.get("")
    held = amount(found["held"])
    shown = balance_text(amount(found["balance"]), amount(found["overdraft"])) + (f", {held} held" if held else "")
    context.claims.add(f"balance {moment}", balance_text(context.fabrikam_books.balance, ZERO), shown)
    return found
