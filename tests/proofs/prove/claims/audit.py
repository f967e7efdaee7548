"""audit: whatever is changed in the stored rows, the audit names the invariant that it breaks."""

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
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.corruption.books import BOOKS
from tests.proofs.prove.corruption.damage import Damage, Scene
from tests.proofs.prove.corruption.journal import JOURNAL
from tests.proofs.prove.corruption.other_tables import BESIDE
from tests.proofs.prove.corruption.rows import Ledger, Rows, partition, read_all
from tests.proofs.prove.corruption.scenario import Story
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

DAMAGES = (*BOOKS, *JOURNAL, *BESIDE)


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Tell a story, copy its rows, damage and restore them one at a time."""
    evidence, dice = Evidence(), Random(0)
    with Machine.start(None) as machine, _told(machine, new_account(dice), new_account(dice)) as (scene, connection):

        def audited() -> list[Finding]:
            settings = {**machine.settings, "CreditsStorage": connection}
            return list(asyncio.run(audit(settings, machine.folder / "clock")))

        evidence.same("the story itself", [str(finding) for finding in audited()], [])
        for damage in DAMAGES:
            damage.harm(scene)
            _judge(evidence, damage, audited())
            scene.rows.restore()
        evidence.same("the restored rows", [str(finding) for finding in audited()], [])
    words = (
        f"{len(DAMAGES)} kinds of damage, for each the invariant that it breaks is named; nothing found in sound rows"
    )
    return evidence.figure(words, damages=len(DAMAGES))


@contextmanager
def _told(machine: Machine, account: str, other: str) -> Iterator[tuple[Scene, str]]:
    """The story's rows in a storage of their own, and its connection string."""
    with HttpClient(machine) as portal, UsageQueue(machine) as queue, _tables(machine.storage) as tables:
        publish_sample_card(machine)
        story = Story(machine, portal, queue, account, other)
        story.begin()
        earlier = partition(tables, account, "a:", "a;")
        story.go_on()
        rows = read_all(tables)
    with azurite(machine.folder / "logs", None) as connection, _tables(connection) as copy:
        stored = Rows(copy, rows)
        yield Scene(stored, Ledger(stored, account), Ledger(stored, other), earlier), connection


def _tables(connection: str) -> TableServiceClient:
    return TableServiceClient.from_connection_string(connection)


def _judge(evidence: Evidence, damage: Damage, findings: list[Finding]) -> None:
    """Whether the invariant is among those that the audit names; the first words about it go into the table."""
    named = [finding for finding in findings if finding.invariant is damage.invariant]
    right = evidence.same(damage.what, {finding.invariant for finding in named}, {damage.invariant})
    number = damage.invariant.value.split()[0]
    words = f"{named[0].row}: {named[0].detail}" if named else "; ".join(map(str, findings)) or "nothing was found"
    print(f"  {'ok   ' if right else 'WRONG'} promise {number:<3} {damage.what:<46} {words[:110]}", flush=True)


CLAIM = Claim(
    "audit",
    "whatever is changed in the stored rows, the audit names the invariant that it breaks",
    (),
    attempt,
)
