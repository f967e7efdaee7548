"""audit: for every kind of damage to stored rows, the audit names the broken invariant, and soon enough."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from azure.data.tables import TableServiceClient

from local.commands.sample_card import publish_sample_card
from local.machine.azurite import azurite
from local.machine.machine import Machine
from shared.audit.finding import Finding
from shared.audit.reproved import ROW
from shared.kernel.ids import AccountId
from shared.posting.journal.keys import UNATTRIBUTED
from tests.proofs.prove.audit_nights import Nights
from tests.proofs.prove.audit_rows import audit
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.corruption.books import BOOKS
from tests.proofs.prove.corruption.calls import CALLS
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.journal import JOURNAL
from tests.proofs.prove.corruption.other_tables import OTHER_TABLES
from tests.proofs.prove.corruption.proved import PROVED_DAMAGES, Found, ProvedDamage
from tests.proofs.prove.corruption.rows import Ledger, Rows, partition, read_all
from tests.proofs.prove.corruption.scenario import Scenario
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

DAMAGES = (*BOOKS, *CALLS, *JOURNAL, *OTHER_TABLES)

ROTA_ONLY = frozenset(
    {
        *("a closed lot too many", "a closed lot of the future", "a purchase too many", "a row of no known kind"),
        *("a pool too many", "a licence too many"),
    }
)
"""Rows that no page names, and that a night does not read."""


def test(_chosen: argparse.Namespace) -> Result:
    """Run a scenario, copy its rows, then damage and restore them one at a time."""
    checks, rng = Checks(), Random(0)
    with (
        Machine.start(None) as machine,
        _scenario_rows(machine, new_account(rng), new_account(rng)) as (scenario, connection),
    ):
        settings = {**machine.settings, "CreditsStorage": connection}
        accounts = [AccountId(scenario.ledger.account), AccountId(scenario.other.account), UNATTRIBUTED]
        copy = Copy(scenario, settings, machine.folder / "clock", Nights(settings, machine.now()), accounts)
        _check_clean(checks, copy)
        for damage in DAMAGES:
            _check_damage(checks, copy, damage)
        for proved_damage in PROVED_DAMAGES:
            _check_proved_damage(checks, copy, proved_damage)
        _check_clean(checks, copy)
    text = (
        f"all {len(DAMAGES)} kinds of damage were named by the whole audit and in the rota, all but {len(ROTA_ONLY)} in"
        f" the same night; so were {len(PROVED_DAMAGES)} kinds of damage to what was proved, and nothing in intact rows"
    )
    return checks.result(text, damages=len(DAMAGES), provedDamages=len(PROVED_DAMAGES), rotaOnly=len(ROTA_ONLY))


@dataclass(frozen=True, slots=True)
class Copy:
    """Copied rows, and their audits: whole by hand, and by night."""

    scenario: ScenarioRows
    settings: Mapping[str, str]
    clock: Path
    nights: Nights
    accounts: Sequence[AccountId]

    def whole(self) -> list[Finding]:
        """What the audit by hand finds."""
        return list(asyncio.run(audit(self.settings, self.clock)))

    def same_night(self) -> list[Finding]:
        """What the night after finds."""
        return asyncio.run(self.nights.same())

    def rota(self) -> list[Finding]:
        """What the accounts' nights of the rota find."""
        return asyncio.run(self.nights.rota(self.accounts))

    def prove(self, last: Callable[[int], int]) -> None:
        """Let earlier nights have proved every account up to page *last*(its last page)."""
        asyncio.run(self.nights.prove(last, self.accounts))


def _check_clean(checks: Checks, copy: Copy) -> None:
    for name, proved in (("the first page", _one), ("every page", _all)):
        copy.prove(proved)
        for when, found in (("by hand", copy.whole()), ("the night", copy.same_night()), ("the rota", copy.rota())):
            checks.equal(f"findings in intact rows, {name} proved, {when}", [str(each) for each in found], [])


def _one(last: int) -> int:
    return min(1, last - 1)


def _all(last: int) -> int:
    return last


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


def _check_damage(checks: Checks, copy: Copy, damage: Damage) -> None:
    """Damage the rows, as rows of the last day and as earlier ones, and check that the audits name the invariant."""
    copy.prove(_one)
    damage.apply(copy.scenario)
    whole = copy.whole()
    tonight = copy.same_night()
    copy.scenario.rows.restore()
    copy.prove(_all)
    damage.apply(copy.scenario)
    rota = copy.rota()
    copy.scenario.rows.restore()
    named = [finding for finding in whole if finding.invariant is damage.invariant]
    expected = (True, damage.what not in ROTA_ONLY, True)
    found = tuple(damage.invariant in {finding.invariant for finding in each} for each in (whole, tonight, rota))
    right = checks.equal(f"{damage.what}: found by the whole audit, the same night, the rota", found, expected)
    number = damage.invariant.value.split()[0]
    text = f"{named[0].row}: {named[0].detail}" if named else "; ".join(map(str, whole)) or "nothing was found"
    verdict = "ok   " if right else "WRONG"
    when = "the rota" if damage.what in ROTA_ONLY else "the same night"
    print(f"  {verdict} invariant {number:<3} {damage.what:<46} {when:<15} {text[:95]}", flush=True)


def _check_proved_damage(checks: Checks, copy: Copy, damage: ProvedDamage) -> None:
    """Damage what was proved, and check when it is found."""
    copy.prove(_all)
    asyncio.run(damage.apply(copy.nights, copy.accounts[0]))
    tonight = {finding.row for finding in copy.same_night()}
    rota = tonight or {finding.row for finding in copy.rota()}
    expected = (damage.found is Found.SAME_NIGHT, {ROW})
    right = checks.equal(f"{damage.what}: found in {damage.found.value}", (bool(tonight), rota), expected)
    print(f"  {'ok   ' if right else 'WRONG'}               {damage.what:<46} {damage.found.value}", flush=True)


CLAIM = Claim(
    "audit",
    "for every kind of damage to stored rows, the audit names the broken invariant: in the rota, and in the same night"
    " if the last day wrote them",
    (),
    test,
)
