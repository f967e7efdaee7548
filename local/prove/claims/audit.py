"""audit: whatever is changed in the stored rows, the audit names the promise that it breaks."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from azure.data.tables import TableServiceClient

from local.commands.sample_card import publish_sample_card
from local.machine.azurite import azurite
from local.machine.machine import Machine
from local.prove.audited import audit
from local.prove.calls import new_account
from local.prove.claim import Claim, Figure
from local.prove.corrupt.beside import BESIDE
from local.prove.corrupt.books import BOOKS
from local.prove.corrupt.damage import Damage, Scene
from local.prove.corrupt.journal import JOURNAL
from local.prove.corrupt.rows import Ledger, Rows, partition, read_all
from local.prove.corrupt.story import Story
from local.prove.evidence import Evidence
from local.prove.portal import Portal
from local.prove.usage_queue import UsageQueue
from shared.audit.finding import Finding

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
    words = f"{len(DAMAGES)} kinds of damage, for each the promise that it breaks is named; nothing found in sound rows"
    return evidence.figure(words, damages=len(DAMAGES))


@contextmanager
def _told(machine: Machine, account: str, other: str) -> Iterator[tuple[Scene, str]]:
    """The story's rows in a storage of their own, and its connection string."""
    with Portal(machine) as portal, UsageQueue(machine) as queue, _tables(machine.storage) as tables:
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
    """Whether the promise is among those that the audit names; the first words about it go into the table."""
    named = [finding for finding in findings if finding.promise is damage.promise]
    right = evidence.same(damage.what, {finding.promise for finding in named}, {damage.promise})
    number = damage.promise.value.split()[0]
    words = f"{named[0].row}: {named[0].words}" if named else "; ".join(map(str, findings)) or "nothing was found"
    print(f"  {'ok   ' if right else 'WRONG'} promise {number:<3} {damage.what:<46} {words[:110]}", flush=True)


CLAIM = Claim(
    "audit",
    "whatever is changed in the stored rows, the audit names the promise that it breaks",
    (),
    attempt,
)
