"""cards: each test card is stored, used for a purchase and charged by auto-recharge; all ends as docs/cards.md says."""

import argparse
import random

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.cards.one_card import OneCard
from tests.proofs.prove.cards.table import TABLE
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Result
from tests.proofs.prove.http_client import HttpClient


def test(chosen: argparse.Namespace) -> Result:
    """Send each test card through the running service, and compare with the table."""
    checks, rng = Checks(), random.Random(chosen.seed)
    with Machine.start(None) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        for row in TABLE:
            found = OneCard(machine, client, row, rng).observed()
            if checks.equal(row.method, found, row):
                print(f"  {row.number} {row.storing}; {row.purchase}; {row.recharge}; {row.email}", flush=True)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    return checks.result(
        f"{len(TABLE)} test cards end as docs/cards.md says: stored, bought with, recharged, notified",
        cards=len(TABLE),
        seed=chosen.seed,
    )


CLAIM = Claim(
    "cards",
    "each test card is stored, charged and refused as docs/cards.md says",
    (SEED,),
    test,
)
