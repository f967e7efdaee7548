"""Which situation belongs to which heading of the runbook, and how one is rehearsed."""

import subprocess
from collections.abc import Callable, Mapping

from tests.proofs.prove.rehearsal import books, money, waiting
from tests.proofs.prove.rehearsal.blocks import HERE, Block
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.waiting import Situation

ALARMS = (
    "usage-waits",
    "usage-not-measured",
    "usage-stopped",
    "poison-not-empty",
    "suspense-not-empty",
    "suspense-near-deletion",
    "conflicts",
    "recharges-fail",
    "webhooks-rejected",
    "audit-failed",
    "reconciliation-differs",
    "emails-fail",
    "server-errors",
)
"""Every alarm of the infrastructure; each has a heading of the same name."""

REHEARSALS: Mapping[str, Callable[[Stage], Situation]] = {
    "usage-waits": waiting.usage_waits,
    "usage-not-measured": waiting.usage_not_measured,
    "usage-stopped": waiting.usage_stopped,
    "poison-not-empty": waiting.poison_not_empty,
    "suspense-not-empty": waiting.suspense_not_empty,
    "suspense-near-deletion": waiting.suspense_near_deletion,
    "conflicts": waiting.conflicts,
    "recharges-fail": money.recharges_fail,
    "webhooks-rejected": money.webhooks_rejected,
    "audit-failed": books.audit_failed,
    "reconciliation-differs": money.reconciliation_differs,
    "emails-fail": waiting.emails_fail,
    "server-errors": money.server_errors,
    "Publish a rate card": money.publish_a_card,
    "Grant funds": money.grant_funds,
    "Replay everything of one reason": waiting.replay_of_one_reason,
    "Rebuild an account": books.rebuild_an_account,
    "Restore": books.restore,
    "Retire an account": books.retire_an_account,
    "Region outage": money.region_outage,
}


def rehearse(stage: Stage, heading: str, blocks: list[Block]) -> None:
    """Bring the situation about, run its blocks, judge."""
    situation = REHEARSALS[heading](stage)
    for block in blocks:
        stage.run(block, next(situation))
    left = sum(1 for _ in situation)
    stage.evidence.same(f"{heading}: situations without a block", left, 0)


def of_heading(blocks: list[Block], heading: str) -> list[Block]:
    """The blocks under *heading* that are run here."""
    return [block for block in blocks if block.heading == heading and block.mark == HERE]


def flaw_in_syntax(block: Block) -> str:
    """What the shell says against a block that it only reads; empty when nothing."""
    return subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False).stderr
