"""Situations in which something waits: usage, poison, suspense, conflicts, e-mails.

A situation is a generator: it creates the situation, yields the variables for each command block in turn, and checks
the result.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from operations.requests import request
from shared.use_cases.recharge.set_auto_recharge import set_auto_recharge
from shared.use_cases.usage.record_usage import record_usage
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import (
    COST_OF_A_MINUTE,
    TEN,
    UNRATED,
    Organisation,
    auto_recharge,
    emails,
    new_card_name,
    publish,
)

Situation: TypeAlias = Iterator[dict[str, str]]

CENT = Decimal("0.01")


def usage_waits(env: Environment) -> Situation:
    """No host processes messages: the block counts them and leaves them in the queue."""
    organisation = Organisation.open(env)
    with env.host_stopped():
        env.queue.send([organisation.call(f"call-{number}") for number in range(7)])
        yield {}
        env.checks.equal("usage as listed", _listed(env, "usage"), "7")
        env.checks.equal("messages still waiting", env.queue.waiting("usage"), 7)
    env.queue.settle()
    env.checks.equal("movements once the app runs", organisation.kinds, ["grant", *["debit"] * 7])


def usage_not_measured(env: Environment) -> Situation:
    """The app and its timers are down: the block can still measure the queue."""
    with env.host_stopped():
        yield {}
        env.checks.equal("usage as listed", _listed(env, "usage"), "0")


def usage_stopped(env: Environment) -> Situation:
    """The sender stored its calls and sends all of them again, including those that had arrived."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"))
    yield {}
    env.checks.equal("usage as listed", _listed(env, "usage"), "0")
    organisation.report(*[organisation.call(f"call-{number}") for number in (1, 2, 3)])
    env.checks.equal("movements", organisation.kinds, ["grant", *["debit"] * 3])


def poison_not_empty(env: Environment) -> Situation:
    """A recharge whose message became poison before anything was charged."""
    organisation = Organisation.open(env)
    organisation.store_card()
    asked = request({"account": organisation.account}, body=auto_recharge(TEN), headers={"if-match": "*"})
    with env.host_stopped():
        env.run_use_case(lambda services: set_auto_recharge(services, asked))
        env.queue.move_to_poison("recharges")
    env.checks.equal("slot before", organisation.recharge["slot"], "wanted")
    yield {"QUEUE": "recharges"}
    env.queue.settle()
    env.checks.equal("poison as listed", _listed(env, "recharges-poison"), "1")
    env.checks.equal("movements", organisation.kinds, ["grant", "recharge"])
    env.checks.equal("payments", organisation.payments, [("succeeded", 1)])


def suspense_not_empty(env: Environment) -> Situation:
    """A call without a rate, until a rate card is published."""
    card = new_card_name(env)
    organisation = Organisation.open(env, rateCard=card)
    organisation.report(organisation.call("call-1"))
    [item] = organisation.suspense
    env.checks.equal("reason", item["reason"], "no_rate")
    yield {"ITEM": item["id"]}
    env.checks.equal("the item is listed and shown", env.outputs[-1].count(item["id"]), 2)
    publish(env, card)
    yield {"ITEM": item["id"]}
    env.checks.equal("movements", organisation.movements, [("grant", TEN), ("debit", -COST_OF_A_MINUTE)])
    organisation.report(organisation.call("call-2", called=UNRATED))
    [item] = organisation.suspense
    yield {"ITEM": item["id"]}
    env.checks.equal("suspense", organisation.suspense, [])


def suspense_near_deletion(env: Environment) -> Situation:
    """A call without a rate that is still open shortly before its deletion."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1", called=UNRATED))
    [item] = organisation.suspense
    yield {"ITEM": item["id"]}
    env.checks.equal("the item is listed, replayed and dismissed", env.outputs[-1].count(item["id"]), 3)
    env.checks.equal("suspense", organisation.suspense, [])


def conflicts(env: Environment) -> Situation:
    """A call that is reported again with three minutes, which is the right duration."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1", minutes=1))
    organisation.report(organisation.call("call-1", minutes=3))
    [item] = organisation.suspense
    yield {"ITEM": item["id"]}
    env.checks.equal("the message is shown", env.outputs[-1].splitlines()[-1], item["message"])
    env.checks.equal("balance before", organisation.balance, TEN - COST_OF_A_MINUTE)
    yield {"ITEM": item["id"]}
    env.checks.equal("balance", organisation.balance, TEN - 3 * COST_OF_A_MINUTE)
    env.checks.equal("movements", organisation.kinds, ["grant", "debit", "correction"])


def emails_fail(env: Environment) -> Situation:
    """An e-mail whose message became poison while the mail service was down; it is sent without intervention."""
    organisation = Organisation.open(env, CENT)
    address = f"{organisation.account[:8]}@contoso.example"
    organisation.notify_administrator(address)
    with env.host_stopped():
        env.run_use_case(lambda services: record_usage(services, organisation.call("the last one").encode()))
        env.queue.move_to_poison("notices")
        yield {}
        env.checks.equal("poison as listed", _listed(env, "notices-poison"), "1")
        env.checks.equal("e-mails before", emails(env, address), [])
    env.queue.settle()
    env.checks.equal("e-mails", len(emails(env, address)), 1)
    yield {}
    env.checks.equal("account as listed", organisation.account in env.outputs[-1], True)


def replay_of_one_reason(env: Environment) -> Situation:
    """Three calls whose rate card was published late."""
    card = new_card_name(env)
    organisation = Organisation.open(env, rateCard=card)
    organisation.report(*[organisation.call(f"call-{number}") for number in range(3)])
    env.checks.equal("suspense before", len(organisation.suspense), 3)
    publish(env, card)
    yield {}
    env.checks.equal("movements", organisation.kinds, ["grant", *["debit"] * 3])


def _listed(env: Environment, queue: str) -> str:
    """The count of a queue in the last block's output of `credits queues list`."""
    rows = [line.split("\t") for line in env.outputs[-1].splitlines()]
    return next(row[1] for row in rows if row[0] == queue)
