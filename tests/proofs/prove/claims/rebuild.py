"""rebuild: an account's head, lots, purchases and markers are lost and rebuilt from its journal pages, row by row.

The pages contain only a digest of the administrators, so these are entered again.
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
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.corruption.rows import LEDGER, Row, partition
from tests.proofs.prove.corruption.scenario import ADMINISTRATORS, Scenario
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

SOURCE = "j:"
"""The key prefix of pages, the only rows of the account that are not deleted."""


def test(_chosen: argparse.Namespace) -> Result:
    """Run a scenario, delete all rows except the pages, rebuild, compare."""
    checks, rng = Checks(), Random(0)
    account, other = new_account(rng), new_account(rng)
    with Machine.start(None) as machine, HttpClient(machine) as client, UsageQueue(machine) as queue:
        publish_sample_card(machine)
        scenario = Scenario(machine, client, queue, account, other)
        scenario.run_first_part()
        scenario.run_second_part()
        list(client.items(account, "/calls"))  # no record waits any more: pages cannot restore whole numbers
        before, balance = _rows(machine, account), client.account(account)
        machine.interrupt_host()
        lost = _lose(machine, account, before)
        written = _rebuild(machine, account)
        checks.equal("number of rows rebuilt", written, lost)
        checks.equal("rows after the rebuild", _without_settings(_rows(machine, account)), _without_settings(before))
        machine.start_host()
        checks.equal(
            "the audit's findings before the administrators are entered",
            [finding.row for finding in audited(machine)],
            [SETTINGS],
        )
        client.change(account, "/administrators", ADMINISTRATORS)
        checks.equal("the account over HTTP", client.account(account), balance)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    words = (
        f"{lost} rows were deleted and {written} rebuilt from {len(before) - lost} pages, each equal to the deleted one"
    )
    facts = {"deleted": lost, "rebuilt": written, "pages": len(before) - lost}
    return Result(checks.passed, words if checks.passed else "; ".join(checks.failures[:3]), facts)


def _without_settings(rows: dict[str, Row]) -> dict[str, Row]:
    return {key: row for key, row in rows.items() if key != SETTINGS}


def _rebuild(machine: Machine, account: str) -> int:
    """Run the operator's command; return the number of rows that it reports."""
    write_settings(machine)
    command = [sys.executable, "-m", "local.commands.credits", str(machine.folder), "rebuild", account, "--json"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return int(json.loads(output)["rows"])


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
    "an account whose head, lots, purchases and markers are lost is rebuilt from its journal pages, row by row",
    (),
    test,
)
