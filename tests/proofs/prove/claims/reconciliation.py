"""reconciliation: every difference between the provider's payments and the service's lots is corrected or reported."""

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
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.corruption.rows import LEDGER, increased, partition
from tests.proofs.prove.http_client import HttpClient, usd
from tests.proofs.prove.provider_changes import payment

FIFTY = Decimal(50)
PURCHASES = ("sound", "amount", "missing", "renamed")
"""The first stays as it is; the lots of the others are altered."""


def test(_chosen: argparse.Namespace) -> Result:
    """Buy, then change payments and lots without the service; reconcile twice."""
    checks, account = Checks(), new_account(Random(0))
    with Machine.start(None) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        client.open(account)
        for key in PURCHASES:
            body, headers = {"amount": usd(FIFTY), "paymentMethod": "pm_card_visa"}, {"Idempotency-Key": key}
            client.tenant("POST", account, "/purchases", json=body, headers=headers).raise_for_status()
        checks.equal("before", asyncio.run(_reconcile(machine)), [])
        expected = {**_change_provider(machine, account), **_change_ledger(machine, account)}
        found = asyncio.run(_reconcile(machine))
        for difference in found:
            print(f"  {difference}", flush=True)
        checks.equal_items("differences", [(each.payment, each.kind) for each in found], list(expected.items()))
        again = {(each.payment, each.kind) for each in asyncio.run(_reconcile(machine))}
        lasting = {
            pair for pair in expected.items() if pair[1] not in {DifferenceKind.SETTLED_LATE, DifferenceKind.CANCELLED}
        }
        checks.equal("differences that remain the second time", again, lasting)
    words = f"{len(expected)} kinds of difference were corrected or reported"
    facts = {"differences": len(expected), "wrong": len(checks.failures)}
    return Result(checks.passed, words if checks.passed else "; ".join(checks.failures[:3]), facts)


async def _reconcile(machine: Machine) -> list[Difference]:
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return list(await reconcile_payments(services, services.clock.now() - timedelta(days=3)))


def _change_provider(machine: Machine, account: str) -> dict[str, DifferenceKind]:
    """Create payments at the provider: a foreign one, one of the service's whose webhook is lost, one that is never
    confirmed, one for an account that does not exist, and two of another deployment, which are no difference.
    """
    httpx.post(f"{machine.payments}/_control/webhooks", json={"mode": "drop"}, trust_env=False).raise_for_status()
    deployment = read_settings(machine.settings).payments_deployment
    own = {"account": account, "purpose": "recharge", "reference": "77", "deployment": deployment}
    nobody = {**own, "account": "00000000-0000-4000-8000-00000000dead"}
    for card in ("pm_card_visa", None):
        payment(machine, {**own, "deployment": f"not-{deployment}"}, card)
    made = {
        payment(machine, {}): DifferenceKind.FOREIGN,
        payment(machine, own): DifferenceKind.SETTLED_LATE,
        payment(machine, nobody): DifferenceKind.NO_ACCOUNT,
    }
    return {**made, payment(machine, own, card=None): DifferenceKind.CANCELLED}


def _change_ledger(machine: Machine, account: str) -> dict[str, DifferenceKind]:
    """Change the ledger: alter a lot's amount, delete a lot, let a lot name a payment that does not exist."""
    with TableServiceClient.from_connection_string(machine.storage) as service:
        table = service.get_table_client(LEDGER)
        _, altered, deleted, renamed = partition(service, account, "a:lot:", "a:lot;")
        table.upsert_entity({**altered, "original": increased(altered["original"], 1)}, mode=UpdateMode.REPLACE)
        table.delete_entity(account, deleted["RowKey"])
        table.upsert_entity({**renamed, "payment": "pi_nobody"}, mode=UpdateMode.REPLACE)
    return {
        altered["payment"]: DifferenceKind.AMOUNT,
        deleted["payment"]: DifferenceKind.LOT_MISSING,
        "pi_nobody": DifferenceKind.PAYMENT_MISSING,
    }


CLAIM = Claim(
    "reconciliation",
    "every difference between the provider's payments and the service's lots is corrected or reported",
    (),
    test,
)
