"""rebuild: head, lots, purchases and markers of an account are lost; its pages make them again, row by row.

Only of the administrators the pages have nothing but a digest: they are entered again.
"""

import argparse
import json
import subprocess
import sys
from random import Random

from azure.data.tables import TableServiceClient

from local.commands.sample_card import publish_sample_card
from local.commands.up import write_settings
from local.machine.machine import Machine
from local.machine.paths import ROOT
from shared.posting.journal.keys import SETTINGS
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.corruption.rows import LEDGER, Row, partition
from tests.proofs.prove.corruption.scenario import ADMINISTRATORS, Story
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

SOURCE = "j:"
"""Pages are what is left; everything else of the account is deleted."""


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Tell a story, delete all rows but the pages, rebuild, compare."""
    evidence, dice = Evidence(), Random(0)
    account, other = new_account(dice), new_account(dice)
    with Machine.start(None) as machine, HttpClient(machine) as portal, UsageQueue(machine) as queue:
        publish_sample_card(machine)
        story = Story(machine, portal, queue, account, other)
        story.begin()
        story.go_on()
        before, balance = _rows(machine, account), portal.account(account)
        machine.interrupt_host()
        lost = _lose(machine, account, before)
        written = _rebuild(machine, account)
        evidence.same("rows lost and rows written", written, lost)
        evidence.same("every row", _without_settings(_rows(machine, account)), _without_settings(before))
        machine.start_host()
        evidence.same("what the audit asks for", [finding.row for finding in audited(machine)], [SETTINGS])
        portal.change(account, "/administrators", ADMINISTRATORS)
        evidence.same("the account over HTTP", portal.account(account), balance)
        evidence.same("the audit's findings", [str(finding) for finding in audited(machine)], [])
    words = f"{lost} rows were deleted, {written} rebuilt from {len(before) - lost} pages, each equal to the lost one"
    facts = {"deleted": lost, "rebuilt": written, "pages": len(before) - lost}
    return Figure(evidence.holds, words if evidence.holds else "; ".join(evidence.wrong[:3]), facts)


def _without_settings(rows: dict[str, Row]) -> dict[str, Row]:
    return {key: row for key, row in rows.items() if key != SETTINGS}


def _rebuild(machine: Machine, account: str) -> int:
    """What an operator does, and how many rows it says it wrote."""
    write_settings(machine)
    command = [sys.executable, "-m", "local.commands.credits", str(machine.folder), "rebuild", account, "--json"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return int(json.loads(told)["rows"])


def _rows(machine: Machine, account: str) -> dict[str, Row]:
    with TableServiceClient.from_connection_string(machine.storage) as service:
        return {row["RowKey"]: row for row in partition(service, account, "", "~")}


def _lose(machine: Machine, account: str, rows: dict[str, Row]) -> int:
    lost = [key for key in rows if not key.startswith(SOURCE)]
    with TableServiceClient.from_connection_string(machine.storage) as service:
        for key in lost:
            service.get_table_client(LEDGER).delete_entity(account, key)
    return len(lost)


CLAIM = Claim(
    "rebuild",
    "an account whose head, lots, purchases and markers are lost is rebuilt from its pages, row by row",
    (),
    attempt,
)
