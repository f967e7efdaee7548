"""infra: exactly the Azure resources that the code uses are declared, and each one that is removed is reported."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.infra.checkers import INFRA, verdicts
from local.infra.comparison import differences
from local.infra.declarations import read_declared
from local.infra.removals import is_reported, removals
from local.machine.paths import ROOT
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result


def test(_chosen: argparse.Namespace) -> Result:
    """Compare code and declarations; remove each declared item from a copy in turn; run the installed checkers."""
    checks = Checks()
    checks.equal("differences between code and declarations", differences(INFRA, ROOT), [])
    taken = list(removals(INFRA))
    with TemporaryDirectory() as scratch:
        overlooked = [removal.name for removal in taken if not is_reported(removal, INFRA, ROOT, Path(scratch))]
    checks.equal("removed, but not reported", overlooked, [])
    results = list(verdicts())
    for verdict in results:
        checks.equal(verdict.tool, verdict.words if verdict.tried and not verdict.clean else "", "")
    declared = read_declared(INFRA)
    counts = {
        "tables": len(declared.tables),
        "queues": len(declared.queues),
        "settings": len(declared.settings),
        "roles": len(declared.roles),
    }
    facts = {
        **counts,
        "removed": len(taken),
        "named": len(taken) - len(overlooked),
        **{verdict.tool: verdict.words if verdict.tried else f"not tried: {verdict.words}" for verdict in results},
    }
    words = (
        f"{', '.join(f'{count} {kind}' for kind, count in counts.items())} are declared and used; "
        f"{len(taken)} removed one by one, {len(taken) - len(overlooked)} of them reported as missing; "
        + "; ".join(
            f"{verdict.tool} {verdict.words if verdict.tried else f'not tried: {verdict.words}'}" for verdict in results
        )
    )
    return Result(checks.passed, words if checks.passed else "; ".join(checks.failures[:3]), facts)


CLAIM = Claim(
    "infra",
    "exactly the tables, queues, settings and roles that the code uses are declared; each missing one is reported",
    (),
    test,
)
