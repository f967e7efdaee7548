"""The situation for each heading of the runbook, and the function that rehearses one."""

import subprocess
from collections.abc import Callable, Mapping

from tests.proofs.prove.rehearsal import books, brakes, calls, entitlements, money, money_back, waiting
from tests.proofs.prove.rehearsal.blocks import HERE, Block
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.waiting import Situation

ALARMS = (
    "usage-waits",
    "usage-not-measured",
    "usage-stopped",
    "poison-not-empty",
    "suspense-not-empty",
    "suspense-near-deletion",
    "conflicts",
    "holds-time-out",
    "recharges-fail",
    "brakes",
    "webhooks-rejected",
    "audit-failed",
    "audit-overdue",
    "reconciliation-differs",
    "emails-fail",
    "server-errors",
)
"""Every alarm of the infrastructure; the runbook has a heading for each."""

REHEARSALS: Mapping[str, Callable[[Environment], Situation]] = {
    "usage-waits": waiting.usage_waits,
    "usage-not-measured": waiting.usage_not_measured,
    "usage-stopped": waiting.usage_stopped,
    "poison-not-empty": waiting.poison_not_empty,
    "suspense-not-empty": waiting.suspense_not_empty,
    "suspense-near-deletion": waiting.suspense_near_deletion,
    "conflicts": waiting.conflicts,
    "holds-time-out": calls.holds_time_out,
    "recharges-fail": money.recharges_fail,
    "brakes": brakes.brakes,
    "webhooks-rejected": money.webhooks_rejected,
    "audit-failed": books.audit_failed,
    "audit-overdue": books.audit_overdue,
    "reconciliation-differs": money.reconciliation_differs,
    "emails-fail": waiting.emails_fail,
    "server-errors": money.server_errors,
    "Publish a rate card": money.publish_a_card,
    "Grant funds": money.grant_funds,
    "A chargeback arrives": money_back.chargeback_arrives,
    "A refund hangs": money_back.refund_hangs,
    "Holds pile up": calls.holds_pile_up,
    "Exempt an account": entitlements.exempt_an_account,
    "A carrier's bill differs": calls.carriers_bill_differs,
    "Replay everything of one reason": waiting.replay_of_one_reason,
    "Rebuild an account": books.rebuild_an_account,
    "Restore": books.restore,
    "Retire an account": books.retire_an_account,
    "Region outage": money.region_outage,
}


def rehearse(env: Environment, heading: str, blocks: list[Block]) -> None:
    """Create the situation, run its blocks, check the result."""
    situation = REHEARSALS[heading](env)
    for block in blocks:
        env.run(block, next(situation))
    left = sum(1 for _ in situation)
    env.checks.equal(f"{heading}: steps without a block", left, 0)


def blocks_under(blocks: list[Block], heading: str) -> list[Block]:
    """The blocks under *heading* that are run in rehearsals."""
    return [block for block in blocks if block.heading == heading and block.mark == HERE]


def syntax_errors(block: Block) -> str:
    """The shell's syntax errors in a block, or an empty string."""
    return subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False).stderr
