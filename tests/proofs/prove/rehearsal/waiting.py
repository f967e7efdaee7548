"""Situations in which something waits: usage, poison, suspense, conflicts, e-mails.

A situation brings itself about, yields the variables of each of its heading's blocks in turn, and judges what came.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from operations.requests import request
from shared.use_cases.recharge.set_auto_recharge import set_auto_recharge
from shared.use_cases.usage.record_usage import record_usage
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.organisation import (
    A_MINUTE,
    TEN,
    UNRATED,
    Organisation,
    a_card_name,
    emails,
    order,
    publish,
)

Situation: TypeAlias = Iterator[dict[str, str]]

CENT = Decimal("0.01")


def usage_waits(stage: Stage) -> Situation:
    """Nobody takes messages: they are counted from outside, and still there afterwards."""
    people = Organisation.open(stage)
    with stage.host_away():
        stage.queue.send([people.call(f"call-{number}") for number in range(7)])
        yield {}
        stage.evidence.same("usage as listed", _listed(stage, "usage"), "7")
        stage.evidence.same("usage, still there", stage.queue.waiting("usage"), 7)
    stage.queue.settle()
    stage.evidence.same("booked once the app runs", people.kinds, ["grant", *["debit"] * 7])


def usage_not_measured(stage: Stage) -> Situation:
    """The app is down, and with it its timers: the queue can be measured all the same."""
    with stage.host_away():
        yield {}
        stage.evidence.same("usage as listed", _listed(stage, "usage"), "0")


def usage_stopped(stage: Stage) -> Situation:
    """The sender kept its calls; it sends all of them again, those too that had arrived."""
    people = Organisation.open(stage)
    people.report(people.call("call-1"))
    yield {}
    stage.evidence.same("usage as listed", _listed(stage, "usage"), "0")
    people.report(*[people.call(f"call-{number}") for number in (1, 2, 3)])
    stage.evidence.same("each once", people.kinds, ["grant", *["debit"] * 3])


def poison_not_empty(stage: Stage) -> Situation:
    """A recharge whose message was given up before anything was charged."""
    people = Organisation.open(stage)
    people.store_card()
    asked = request({"account": people.account}, body=order(TEN), headers={"if-match": "*"})
    with stage.host_away():
        stage.work(lambda services: set_auto_recharge(services, asked))
        stage.queue.give_up("recharges")
    stage.evidence.same("the recharge before", people.recharge["slot"], "wanted")
    yield {"QUEUE": "recharges"}
    stage.queue.settle()
    stage.evidence.same("poison as listed", _listed(stage, "recharges-poison"), "1")
    stage.evidence.same("movements", people.kinds, ["grant", "recharge"])
    stage.evidence.same("payments", people.payments, [("succeeded", 1)])


def suspense_not_empty(stage: Stage) -> Situation:
    """A call for which no card has a rate, until one has."""
    card = a_card_name(stage)
    people = Organisation.open(stage, rateCard=card)
    people.report(people.call("call-1"))
    [item] = people.suspense
    stage.evidence.same("why it waits", item["reason"], "no_rate")
    yield {"ITEM": item["id"]}
    stage.evidence.same("listed and shown", stage.said[-1].count(item["id"]), 2)
    publish(stage, card)
    yield {"ITEM": item["id"]}
    stage.evidence.same("movements", people.movements, [("grant", TEN), ("debit", -A_MINUTE)])
    people.report(people.call("call-2", called=UNRATED))
    [item] = people.suspense
    yield {"ITEM": item["id"]}
    stage.evidence.same("suspense", people.suspense, [])


def suspense_near_deletion(stage: Stage) -> Situation:
    """A call that nobody can price, about which nobody has decided."""
    people = Organisation.open(stage)
    people.report(people.call("call-1", called=UNRATED))
    [item] = people.suspense
    yield {"ITEM": item["id"]}
    stage.evidence.same("listed, replayed, dismissed", stage.said[-1].count(item["id"]), 3)
    stage.evidence.same("suspense", people.suspense, [])


def conflicts(stage: Stage) -> Situation:
    """A call that is said anew with three minutes; the second is right."""
    people = Organisation.open(stage)
    people.report(people.call("call-1", minutes=1))
    people.report(people.call("call-1", minutes=3))
    [item] = people.suspense
    yield {"ITEM": item["id"]}
    stage.evidence.same("the message is shown", stage.said[-1].splitlines()[-1], item["message"])
    stage.evidence.same("balance before", people.balance, TEN - A_MINUTE)
    yield {"ITEM": item["id"]}
    stage.evidence.same("balance", people.balance, TEN - 3 * A_MINUTE)
    stage.evidence.same("movements", people.kinds, ["grant", "debit", "correction"])


def emails_fail(stage: Stage) -> Situation:
    """An e-mail whose message was given up while the mail service was away; nobody has to do anything."""
    people = Organisation.open(stage, CENT)
    reader = f"{people.account[:8]}@contoso.example"
    people.tell(reader)
    with stage.host_away():
        stage.work(lambda services: record_usage(services, people.call("the last one").encode()))
        stage.queue.give_up("notices")
        yield {}
        stage.evidence.same("poison as listed", _listed(stage, "notices-poison"), "1")
        stage.evidence.same("e-mails before", emails(stage, reader), [])
    stage.queue.settle()
    stage.evidence.same("e-mails", len(emails(stage, reader)), 1)


def replay_of_one_reason(stage: Stage) -> Situation:
    """Three calls for which a card came late."""
    card = a_card_name(stage)
    people = Organisation.open(stage, rateCard=card)
    people.report(*[people.call(f"call-{number}") for number in range(3)])
    stage.evidence.same("suspense before", len(people.suspense), 3)
    publish(stage, card)
    yield {}
    stage.evidence.same("movements", people.kinds, ["grant", *["debit"] * 3])


def _listed(stage: Stage, queue: str) -> str:
    """What the last block's `credits queues list` said about a queue."""
    rows = [line.split("\t") for line in stage.said[-1].splitlines()]
    return next(row[1] for row in rows if row[0] == queue)
