"""infra: what the code uses of Azure is declared, nothing else is, and each that is taken away is named."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.infra.checkers import INFRA, verdicts
from local.infra.comparison import differences
from local.infra.declarations import read_declared
from local.infra.removals import named, removals
from local.machine.paths import ROOT
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Compare; take each declared thing away from a copy in turn; ask the tools that are there."""
    evidence = Evidence()
    evidence.same("what differs", differences(INFRA, ROOT), [])
    taken = list(removals(INFRA))
    with TemporaryDirectory() as scratch:
        overlooked = [removal.name for removal in taken if not named(removal, INFRA, ROOT, Path(scratch))]
    evidence.same("taken away and not named", overlooked, [])
    said = list(verdicts())
    for verdict in said:
        evidence.same(verdict.tool, verdict.words if verdict.tried and not verdict.clean else "", "")
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
        **{verdict.tool: verdict.words if verdict.tried else f"not tried: {verdict.words}" for verdict in said},
    }
    words = (
        f"{', '.join(f'{count} {kind}' for kind, count in counts.items())} are declared and used; "
        f"{len(taken)} taken away one by one, {len(taken) - len(overlooked)} named; "
        + "; ".join(
            f"{verdict.tool} {verdict.words if verdict.tried else f'not tried: {verdict.words}'}" for verdict in said
        )
    )
    return Figure(evidence.holds, words if evidence.holds else "; ".join(evidence.wrong[:3]), facts)


CLAIM = Claim(
    "infra",
    "every table, queue, setting and role that the code uses is declared, and nothing else; each one missing is named",
    (),
    attempt,
)
