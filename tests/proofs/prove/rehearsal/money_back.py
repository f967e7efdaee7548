"""Situations about money that goes back: a chargeback, refunds that hang and that fail."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx

from tests.proofs.prove.http_client import usd
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import COST_OF_A_MINUTE, FIFTY, TEN, Organisation, control_payments
from tests.proofs.prove.rehearsal.waiting import Situation

THREE = Decimal(3)


def chargeback_arrives(env: Environment) -> Situation:
    """One payment is disputed, of another one the dispute's webhook was lost, a third organisation knows no payment."""
    known, lost, unknown = (Organisation.open(env, THREE) for _ in range(3))
    _buy(env, known, "pm_card_createDispute")
    yield {"ACCOUNT": known.account}
    _shows(env, "balance\t3.000000\tUSD", 1)
    _shows(env, ", disputed", 1)
    _shows(env, "\tchargeback\t-50.000000\tUSD", 1)
    with _without_webhooks(env):
        _buy(env, lost, "pm_card_createDispute")
    env.checks.equal("movements before", lost.kinds, ["grant", "purchase"])
    yield {}
    env.checks.equal("movements", lost.kinds, ["grant", "purchase", "chargeback"])
    yield {"ACCOUNT": known.account}
    with (env.scratch / f"{known.account}.movements.csv").open(newline="") as file:
        env.checks.equal("movements", [row["kind"] for row in csv.DictReader(file)], known.kinds)
    unknown.store_card()
    unknown.enable_auto_recharge(Decimal(1))
    [card] = env.client.items(unknown.account, "/payment-methods")
    yield {"ACCOUNT": unknown.account, "CARD": card["id"]}
    env.checks.equal("auto-recharge", unknown.recharge["enabled"], False)
    env.checks.equal("cards", list(env.client.items(unknown.account, "/payment-methods")), [])


def refund_hangs(env: Environment) -> Situation:
    """A refund's bank answers while webhooks are lost, and another refund fails."""
    slow, failing = Organisation.open(env), Organisation.open(env)
    with _without_webhooks(env):
        name = _refund(env, slow, _buy(env, slow, "pm_card_pendingRefund"))
        yield {"ACCOUNT": slow.account}
        _shows(env, "1 refund, 1 of them pending", 1)
        control_payments(env, f"refunds/{name}/settle")
        env.checks.equal("movements before", slow.kinds, ["grant", "purchase"])
        yield {"ACCOUNT": slow.account}
    _shows(env, "\tsucceeded", 1)
    env.checks.equal("movements", slow.movements, [("grant", TEN), ("purchase", FIFTY), ("refund", -FIFTY)])
    lot = _buy(env, failing, "pm_card_refundFail")
    control_payments(env, f"refunds/{_refund(env, failing, lot)}/settle")
    env.queue.settle()
    env.checks.equal("movements before", failing.kinds, ["grant", "purchase", "refund", "correction"])
    failing.report(failing.call("call-1"))
    yield {"ACCOUNT": failing.account, "LOT": lot, "REFERENCE": "ticket 7"}
    env.checks.equal("last movement", failing.movements[-1], ("refund", -FIFTY))
    env.checks.equal("balance", failing.balance, TEN - COST_OF_A_MINUTE)


@contextmanager
def _without_webhooks(env: Environment) -> Iterator[None]:
    control_payments(env, "webhooks", mode="drop")
    try:
        yield
    finally:
        control_payments(env, "webhooks", mode="normal")


def _shows(env: Environment, text: str, times: int) -> None:
    env.checks.equal(f"times that the output has {text.strip()!r}", env.outputs[-1].count(text), times)


def _buy(env: Environment, organisation: Organisation, card: str) -> str:
    """Buy credit for fifty dollars with a test card; return the lot."""
    bought = _post(env, organisation, "/purchases", {"amount": usd(FIFTY), "paymentMethod": card})
    return str(bought["lot"])


def _refund(env: Environment, organisation: Organisation, lot: str) -> str:
    """Refund the lot; return the refund's id at the provider."""
    own = _post(env, organisation, "/refunds", {"lot": lot})["id"]
    address = f"{env.machine.payments}/_control/objects/refunds"
    every = httpx.get(address, trust_env=False, verify=False).raise_for_status().json()
    return next(str(refund["id"]) for refund in every if refund["metadata"].get("refund") == own)


def _post(env: Environment, organisation: Organisation, path: str, body: dict[str, object]) -> dict[str, Any]:
    headers = {"Idempotency-Key": "first"}
    answer = env.client.tenant("POST", organisation.account, path, json=body, headers=headers).raise_for_status()
    env.queue.settle()
    return dict(answer.json())
