"""runbook: each command block of docs/runbook.md does what the runbook says."""

import argparse

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.rehearsal.blocks import AZURE, headings, read_blocks
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.rehearsals import ALARMS, REHEARSALS, blocks_under, rehearse, syntax_errors


def test(_chosen: argparse.Namespace) -> Result:
    """Rehearse every heading. Blocks that need Azure are only checked for syntax."""
    blocks, checks = read_blocks(), Checks()
    missing = [alarm for alarm in ALARMS if alarm not in headings()]
    checks.equal("alarms without a heading", missing, [])
    on_azure = [block for block in blocks if block.mark == AZURE]
    for block in on_azure:
        checks.equal(f"runbook.md:{block.line}: syntax", syntax_errors(block), "")
    run_here = {block.heading for block in blocks if block not in on_azure}
    checks.equal_items("headings without a rehearsal, or rehearsals without a heading", run_here, list(REHEARSALS))
    with Machine.start(None) as machine, Environment.on(machine) as env:
        publish_sample_card(machine)
        for heading in REHEARSALS:
            wrong = len(env.checks.failures)
            rehearse(env, heading, blocks_under(blocks, heading))
            print(f"  {'ok   ' if len(env.checks.failures) == wrong else 'WRONG'} {heading}", flush=True)
        env.checks.equal("messages left in queues", env.queue.left(), {})
        env.checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    checks.count += env.checks.count
    checks.failures += env.checks.failures
    here = len(blocks) - len(on_azure)
    words = (
        f"{here} blocks in {len(REHEARSALS)} situations did what they should; {len(on_azure)} Azure blocks: syntax only"
    )
    return checks.result(words, blocks=here, situations=len(REHEARSALS), onlyRead=len(on_azure))


CLAIM = Claim(
    "runbook",
    "in each situation of the runbook, running its command block leads to the right state",
    (),
    test,
)
