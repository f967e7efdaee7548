"""Situations about the books: rows altered, rows lost, an account that is copied or retired."""

import csv
import json
from pathlib import Path

from azure.data.tables import UpdateMode

from tests.proofs.prove.corruption.rows import LEDGER, Row, more
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.organisation import Organisation
from tests.proofs.prove.rehearsal.waiting import Situation

PAGE = "j:"


def audit_failed(stage: Stage) -> Situation:
    """A lot was altered: the finding is shown, the pages are kept, and no row is touched."""
    people = Organisation.open(stage)
    people.report(people.call("call-1"))
    [lot] = [row for key, row in stage.rows(people.account).items() if key.startswith("a:lot:")]
    _put(stage, {**lot, "remaining": more(lot["remaining"], 1)})
    before = stage.rows(people.account)
    yield {"ACCOUNT": people.account}
    named = {line.split("\t")[1] for line in stage.said[-1].splitlines() if line.startswith(people.account)}
    stage.evidence.same("rows that the findings name", named, {lot["RowKey"]})
    stage.evidence.same("rows", stage.rows(people.account), before)
    _compare_pages(stage, people.account)
    _put(stage, lot)


def rebuild_an_account(stage: Stage) -> Situation:
    """Everything but the pages is lost, the administrators' addresses too; a call comes meanwhile and waits."""
    people = Organisation.open(stage)
    people.tell("ann@contoso.example")
    people.report(people.call("call-1"), people.call("call-2"))
    before = stage.rows(people.account)
    with stage.tables() as tables:
        for key in before:
            if not key.startswith(PAGE):
                tables.get_table_client(LEDGER).delete_entity(people.account, key)
    people.report(people.call("meanwhile"))
    stage.evidence.same("usage meanwhile", [item["reason"] for item in people.suspense], ["unknown_account"])
    yield {"ACCOUNT": people.account}
    after = stage.rows(people.account)
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    stage.evidence.same("rows that are not as before", differing, ["a:settings"])
    stage.evidence.same("the administrators are asked for", stage.said[-1].count("administrators entered again"), 1)
    people.tell("ann@contoso.example")
    for item in people.suspense:
        stage.portal.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status()
    stage.evidence.same("movements", people.kinds, ["grant", *["debit"] * 3])


def restore(stage: Stage) -> Situation:
    """A copy of the pages, which proves itself."""
    people = Organisation.open(stage)
    people.report(people.call("call-1"))
    yield {"ACCOUNT": people.account}
    _compare_pages(stage, people.account)


def retire_an_account(stage: Stage) -> Situation:
    """An account with auto-recharge and a recharge that stands still."""
    people = Organisation.open(stage)
    people.report(people.call("call-1"))
    people.decline("insufficient_funds")
    yield {"ACCOUNT": people.account}
    stage.queue.settle()
    stage.evidence.same("the order", (people.recharge["enabled"], people.recharge["slot"]), (False, "idle"))
    stage.evidence.same("its payment", people.payments, [("canceled", 0)])
    with (stage.scratch / f"{people.account}.movements.csv").open(newline="") as file:
        stage.evidence.same("movements", [row["kind"] for row in csv.DictReader(file)], people.kinds)
    with (stage.scratch / f"{people.account}.lots.csv").open(newline="") as file:
        left = [row["remaining"] for row in csv.DictReader(file)]
    stage.evidence.same("what is left", left, [f"{people.balance:.6f}"])


def _compare_pages(stage: Stage, account: str) -> None:
    """The copy has every page, and each carries the hash of the one before."""
    file: Path = stage.scratch / f"{account}.pages.jsonl"
    pages = [json.loads(line) for line in file.read_text().splitlines()]
    stored = sum(key.startswith(PAGE) for key in stage.rows(account))
    stage.evidence.same("pages in the copy", [page["sequence"] for page in pages], list(range(1, stored + 1)))
    hashes = [page["hash"] for page in pages]
    stage.evidence.same("their chain", [page["previous"] for page in pages[1:]], hashes[:-1])


def _put(stage: Stage, row: Row) -> None:
    with stage.tables() as tables:
        tables.get_table_client(LEDGER).upsert_entity(row, mode=UpdateMode.REPLACE)
