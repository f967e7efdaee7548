"""sip: a Kamailio with the connector's configuration never lets calls talk beyond their money, whatever fails."""

import argparse
from collections.abc import Callable

from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.sip import outages, talking, unanswered
from tests.proofs.prove.sip.programs import missing
from tests.proofs.prove.sip.stage import Stage

CASES: tuple[Callable[[Stage], str], ...] = (
    talking.answered,
    talking.outlived,
    talking.extended,
    talking.refreshed,
    talking.vanished,
    talking.repeated,
    talking.forked,
    talking.emergency,
    talking.at_once,
    unanswered.refused,
    unanswered.invented,
    unanswered.cancelled,
    unanswered.cancelled_early,
    unanswered.busy,
    unanswered.not_answered,
    outages.away_in_mid_call,
    outages.away,
    outages.late,
    outages.renewed,
    outages.killed,
    outages.queue_away,
)


def test(_chosen: argparse.Namespace) -> Result:
    """Make each call on a running service, and audit its books at the end."""
    reason = missing("kamailio", "kamcmd", "sipp")
    if reason:
        return Result.skipped(reason)
    checks = Checks()
    with Stage.open(checks) as stage:
        for case in CASES:
            print(f"  {case.__name__.replace('_', ' '):<18}{case(stage)}", flush=True)
        stage.queue.settle()
        checks.equal("suspense", list(stage.client.suspense()), [])
        checks.equal("queues that are not empty", stage.queue.left(), {})
        checks.equal("audit", list(audited(stage.machine)), [])
        checks.equal("accounts with an open hold", [account for account in stage.accounts if stage.holds(account)], [])
        checks.equal("calls left in the switch", stage.switch.calls(), 0)
        locked = stage.switch.logged("database is locked")
    beyond = max([0.0, *stage.beyond])
    words = (
        f"{stage.calls} SIP calls in {len(CASES)} scenarios; {len(stage.beyond)} times money ended or was shared, and "
        f"{beyond:.2f} s were talked beyond it; each event booked once, no hold left, no audit findings"
    )
    facts = {"calls": stage.calls, "scenarios": len(CASES), "secondsBeyondMoney": round(beyond, 3), "locked": locked}
    return checks.result(words, **facts)


CLAIM = Claim(
    "sip",
    "calls through Kamailio are authorised, extended, cut when their money ends, and reported once, whatever fails",
    (),
    test,
)
