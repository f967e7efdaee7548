"""Situations about the books: altered rows, lost rows, an account that is copied or retired."""

import csv
import json
from pathlib import Path

from azure.data.tables import UpdateMode

from tests.proofs.prove.corruption.rows import LEDGER, Row, increased
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import Organisation
from tests.proofs.prove.rehearsal.waiting import Situation

PAGE = "j:"


def audit_failed(env: Environment) -> Situation:
    """A lot was altered: the block shows the finding, copies the pages, and changes no row."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"))
    [lot] = [row for key, row in env.rows(organisation.account).items() if key.startswith("a:lot:")]
    _put(env, {**lot, "remaining": increased(lot["remaining"], 1)})
    before = env.rows(organisation.account)
    yield {"ACCOUNT": organisation.account}
    named = {line.split("\t")[1] for line in env.outputs[-1].splitlines() if line.startswith(organisation.account)}
    env.checks.equal("rows named by the findings", named, {lot["RowKey"]})
    env.checks.equal("rows after the block", env.rows(organisation.account), before)
    _compare_pages(env, organisation.account)
    _put(env, lot)


def audit_overdue(env: Environment) -> Situation:
    """An account that no night has audited: the block audits it whole, finds nothing and changes no row."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"))
    before = env.rows(organisation.account)
    yield {"ACCOUNT": organisation.account}
    findings = [line for line in env.outputs[-1].splitlines() if line.startswith(organisation.account)]
    env.checks.equal("findings", findings, [])
    env.checks.equal("rows after the block", env.rows(organisation.account), before)


def rebuild_an_account(env: Environment) -> Situation:
    """All rows except the pages are lost, including the administrators; a call that arrives meanwhile is suspended."""
    organisation = Organisation.open(env)
    organisation.notify_administrator("ann@contoso.example")
    organisation.report(organisation.call("call-1"), organisation.call("call-2"))
    env.checks.equal("calls listed, so that no record waits", len(organisation.calls), 2)
    before = env.rows(organisation.account)
    with env.tables() as tables:
        for key in before:
            if not key.startswith(PAGE):
                tables.get_table_client(LEDGER).delete_entity(organisation.account, key)
    organisation.report(organisation.call("meanwhile"))
    env.checks.equal("usage meanwhile", [item["reason"] for item in organisation.suspense], ["unknown_account"])
    yield {"ACCOUNT": organisation.account}
    after = env.rows(organisation.account)
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    env.checks.equal("rows that differ after the rebuild", differing, ["a:settings"])
    env.checks.equal("the output asks for the administrators", env.outputs[-1].count("administrators entered again"), 1)
    organisation.notify_administrator("ann@contoso.example")
    for item in organisation.suspense:
        env.client.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status()
    env.checks.equal("movements", organisation.kinds, ["grant", *["debit"] * 3])


def restore(env: Environment) -> Situation:
    """The block copies the pages, whose hashes prove the copy."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"))
    yield {"ACCOUNT": organisation.account}
    _compare_pages(env, organisation.account)


def retire_an_account(env: Environment) -> Situation:
    """An account with auto-recharge and a declined recharge."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"))
    organisation.decline_recharge("insufficient_funds")
    yield {"ACCOUNT": organisation.account}
    env.queue.settle()
    env.checks.equal(
        "auto-recharge", (organisation.recharge["enabled"], organisation.recharge["slot"]), (False, "idle")
    )
    env.checks.equal("its payment", organisation.payments, [("canceled", 0)])
    with (env.scratch / f"{organisation.account}.movements.csv").open(newline="") as file:
        env.checks.equal("movements", [row["kind"] for row in csv.DictReader(file)], organisation.kinds)
    with (env.scratch / f"{organisation.account}.lots.csv").open(newline="") as file:
        left = [row["remaining"] for row in csv.DictReader(file)]
    env.checks.equal("remaining credit", left, [f"{organisation.balance:.6f}"])


def _compare_pages(env: Environment, account: str) -> None:
    """Check that the copy has every page, and that each contains the hash of the page before."""
    file: Path = env.scratch / f"{account}.pages.jsonl"
    pages = [json.loads(line) for line in file.read_text().splitlines()]
    stored = sum(key.startswith(PAGE) for key in env.rows(account))
    env.checks.equal("pages in the copy", [page["sequence"] for page in pages], list(range(1, stored + 1)))
    hashes = [page["hash"] for page in pages]
    env.checks.equal("their chain", [page["previous"] for page in pages[1:]], hashes[:-1])


def _put(env: Environment, row: Row) -> None:
    with env.tables() as tables:
        tables.get_table_client(LEDGER).upsert_entity(row, mode=UpdateMode.REPLACE)
