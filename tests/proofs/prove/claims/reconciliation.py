"""reconciliation: whatever differs between the provider's payments and our lots is put right, or named."""

import argparse
import asyncio
from datetime import timedelta
from decimal import Decimal
from random import Random

import httpx
from azure.data.tables import TableServiceClient, UpdateMode

from local.clock import LocalClock
from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from shared.settings import read_settings
from shared.use_cases.payments.reconcile_payments import Difference, DifferenceKind, reconcile_payments
from shared.wiring.composition import opened
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.corruption.rows import LEDGER, more, partition
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient, usd
from tests.proofs.prove.provider_changes import payment

FIFTY = Decimal(50)
PURCHASES = ("sound", "amount", "missing", "renamed")
"""One stays as it is; the lots of the others are tampered with."""


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Buy, then go behind the service's back on both sides; reconcile twice."""
    evidence, account = Evidence(), new_account(Random(0))
    with Machine.start(None) as machine, HttpClient(machine) as portal:
        publish_sample_card(machine)
        portal.open(account)
        for key in PURCHASES:
            wish, headers = {"amount": usd(FIFTY), "paymentMethod": "pm_card_visa"}, {"Idempotency-Key": key}
            portal.tenant("POST", account, "/purchases", json=wish, headers=headers).raise_for_status()
        evidence.same("before", asyncio.run(_reconcile(machine)), [])
        expected = {**_behind_our_back(machine, account), **_tampered(machine, account)}
        found = asyncio.run(_reconcile(machine))
        for difference in found:
            print(f"  {difference}", flush=True)
        evidence.same_items("differences", [(each.payment, each.kind) for each in found], list(expected.items()))
        again = {(each.payment, each.kind) for each in asyncio.run(_reconcile(machine))}
        lasting = {
            pair for pair in expected.items() if pair[1] not in {DifferenceKind.SETTLED_LATE, DifferenceKind.CANCELLED}
        }
        evidence.same("a second time, when what can be put right is right", again, lasting)
    words = f"{len(expected)} of {len(expected)} kinds of difference put right or named"
    facts = {"differences": len(expected), "wrong": len(evidence.wrong)}
    return Figure(evidence.holds, words if evidence.holds else "; ".join(evidence.wrong[:3]), facts)


async def _reconcile(machine: Machine) -> list[Difference]:
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return list(await reconcile_payments(services, services.clock.now() - timedelta(days=3)))


def _behind_our_back(machine: Machine, account: str) -> dict[str, DifferenceKind]:
    """At the provider: a charge of somebody else's, one of ours whose news was lost, one that nobody finishes, one for
    an account that does not exist, and two of another deployment, which are no difference.
    """
    httpx.post(f"{machine.payments}/_control/webhooks", json={"mode": "drop"}, trust_env=False).raise_for_status()
    deployment = read_settings(machine.settings).payments_deployment
    ours = {"account": account, "purpose": "recharge", "reference": "77", "deployment": deployment}
    nobody = {**ours, "account": "00000000-0000-4000-8000-00000000dead"}
    for card in ("pm_card_visa", None):
        payment(machine, {**ours, "deployment": f"not-{deployment}"}, card)
    made = {
        payment(machine, {}): DifferenceKind.FOREIGN,
        payment(machine, ours): DifferenceKind.SETTLED_LATE,
        payment(machine, nobody): DifferenceKind.NO_ACCOUNT,
    }
    return {**made, payment(machine, ours, card=None): DifferenceKind.CANCELLED}


def _tampered(machine: Machine, account: str) -> dict[str, DifferenceKind]:
    """In our table: a lot's amount altered, a lot deleted, a lot that names a payment nobody made."""
    with TableServiceClient.from_connection_string(machine.storage) as service:
        table = service.get_table_client(LEDGER)
        _, altered, deleted, renamed = partition(service, account, "a:lot:", "a:lot;")
        table.upsert_entity({**altered, "original": more(altered["original"], 1)}, mode=UpdateMode.REPLACE)
        table.delete_entity(account, deleted["RowKey"])
        table.upsert_entity({**renamed, "payment": "pi_nobody"}, mode=UpdateMode.REPLACE)
    return {
        altered["payment"]: DifferenceKind.AMOUNT,
        deleted["payment"]: DifferenceKind.LOT_MISSING,
        "pi_nobody": DifferenceKind.PAYMENT_MISSING,
    }


CLAIM = Claim(
    "reconciliation",
    "whatever differs between the provider's payments and our lots is put right, or named",
    (),
    attempt,
)
