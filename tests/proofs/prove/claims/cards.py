"""cards: each test card is stored, used for a purchase and charged by auto-recharge, and disputed if that is what it is
for; all ends as docs/cards.md says.
"""

import argparse
import random

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.cards import disputed_card
from tests.proofs.prove.cards.dispute_table import DISPUTES
from tests.proofs.prove.cards.one_card import OneCard
from tests.proofs.prove.cards.table import TABLE
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Result
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue


def test(chosen: argparse.Namespace) -> Result:
    """Send each test card through the running service, and compare with the table."""
    checks, rng = Checks(), random.Random(chosen.seed)
    with Machine.start(None) as machine, HttpClient(machine) as client, UsageQueue(machine) as queue:
        publish_sample_card(machine)
        for row in TABLE:
            found = OneCard(machine, client, row, rng).observed()
            if checks.equal(row.method, found, row):
                print(f"  {row.number} {row.storing}; {row.purchase}; {row.recharge}; {row.email}", flush=True)
        for dispute in DISPUTES:
            if checks.equal(dispute.method, disputed_card.observed(machine, client, queue, dispute, rng), dispute):
                print(f"  {dispute.number} {dispute.charged_by}: {dispute.lot}; {dispute.emails}", flush=True)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    return checks.result(
        f"{len(TABLE)} test cards end as docs/cards.md says: stored, bought with, recharged, notified; so do"
        f" {len(DISPUTES)} purchases and recharges that are disputed or warned of",
        cards=len(TABLE),
        disputes=len(DISPUTES),
        seed=chosen.seed,
    )


CLAIM = Claim(
    "cards",
    "each test card is stored, charged, refused and disputed as docs/cards.md says",
    (SEED,),
    test,
)
