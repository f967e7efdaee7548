"""audit: for every kind of damage to stored rows, the audit names the broken invariant."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from azure.data.tables import TableServiceClient

from local.commands.sample_card import publish_sample_card
from local.machine.azurite import azurite
from local.machine.machine import Machine
from shared.audit.finding import Finding
from tests.proofs.prove.audit_rows import audit
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.corruption.books import BOOKS
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.journal import JOURNAL
from tests.proofs.prove.corruption.other_tables import OTHER_TABLES
from tests.proofs.prove.corruption.rows import Ledger, Rows, partition, read_all
from tests.proofs.prove.corruption.scenario import Scenario
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

DAMAGES = (*BOOKS, *JOURNAL, *OTHER_TABLES)


def test(_chosen: argparse.Namespace) -> Result:
    """Run a scenario, copy its rows, then damage and restore them one at a time."""
    checks, rng = Checks(), Random(0)
    with (
        Machine.start(None) as machine,
        _scenario_rows(machine, new_account(rng), new_account(rng)) as (scenario, connection),
    ):

        def audited() -> list[Finding]:
            settings = {**machine.settings, "CreditsStorage": connection}
            return list(asyncio.run(audit(settings, machine.folder / "clock")))

        checks.equal("findings in undamaged rows", [str(finding) for finding in audited()], [])
        for damage in DAMAGES:
            damage.apply(scenario)
            _check_damage(checks, damage, audited())
            scenario.rows.restore()
        checks.equal("findings in restored rows", [str(finding) for finding in audited()], [])
    words = f"the audit named the broken invariant for all {len(DAMAGES)} kinds of damage, and nothing in intact rows"
    return checks.result(words, damages=len(DAMAGES))


@contextmanager
def _scenario_rows(machine: Machine, account: str, other: str) -> Iterator[tuple[ScenarioRows, str]]:
    """Yield a copy of the scenario's rows in separate storage, and that storage's connection string."""
    with HttpClient(machine) as client, UsageQueue(machine) as queue, _tables(machine.storage) as tables:
        publish_sample_card(machine)
        scenario = Scenario(machine, client, queue, account, other)
        scenario.run_first_part()
        earlier = partition(tables, account, "a:", "a;")
        scenario.run_second_part()
        rows = read_all(tables)
    with azurite(machine.folder / "logs", None) as connection, _tables(connection) as copy:
        stored = Rows(copy, rows)
        yield ScenarioRows(stored, Ledger(stored, account), Ledger(stored, other), earlier), connection


def _tables(connection: str) -> TableServiceClient:
    return TableServiceClient.from_connection_string(connection)


def _check_damage(checks: Checks, damage: Damage, findings: list[Finding]) -> None:
    """Check that the audit names the damaged invariant, and print its first message about it."""
    named = [finding for finding in findings if finding.invariant is damage.invariant]
    right = checks.equal(damage.what, {finding.invariant for finding in named}, {damage.invariant})
    number = damage.invariant.value.split()[0]
    words = f"{named[0].row}: {named[0].detail}" if named else "; ".join(map(str, findings)) or "nothing was found"
    print(f"  {'ok   ' if right else 'WRONG'} invariant {number:<3} {damage.what:<46} {words[:110]}", flush=True)


CLAIM = Claim(
    "audit",
    "for every kind of damage to stored rows, the audit names the broken invariant",
    (),
    test,
)
