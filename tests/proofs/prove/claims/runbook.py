"""runbook: each block of docs/runbook.md does in its situation what the runbook says."""

import argparse

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.rehearsal.blocks import AZURE, headings, read_blocks
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.rehearsals import ALARMS, REHEARSALS, flaw_in_syntax, of_heading, rehearse


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Rehearse every heading; those blocks that need Azure are only read by a shell."""
    blocks, evidence = read_blocks(), Evidence()
    missing = [alarm for alarm in ALARMS if alarm not in headings()]
    evidence.same("alarms without a heading", missing, [])
    on_azure = [block for block in blocks if block.mark == AZURE]
    for block in on_azure:
        evidence.same(f"runbook.md:{block.line}: syntax", flaw_in_syntax(block), "")
    run_here = {block.heading for block in blocks if block not in on_azure}
    evidence.same_items("headings and rehearsals", run_here, list(REHEARSALS))
    with Machine.start(None) as machine, Stage.on(machine) as stage:
        publish_sample_card(machine)
        for heading in REHEARSALS:
            wrong = len(stage.evidence.wrong)
            rehearse(stage, heading, of_heading(blocks, heading))
            print(f"  {'ok   ' if len(stage.evidence.wrong) == wrong else 'WRONG'} {heading}", flush=True)
        stage.evidence.same("queues", stage.queue.left(), {})
        stage.evidence.same("the audit's findings", [str(finding) for finding in audited(machine)], [])
    evidence.made += stage.evidence.made
    evidence.wrong += stage.evidence.wrong
    here = len(blocks) - len(on_azure)
    words = (
        f"{here} blocks in {len(REHEARSALS)} situations did what they should; {len(on_azure)} for Azure were only read"
    )
    return evidence.figure(words, blocks=here, situations=len(REHEARSALS), onlyRead=len(on_azure))


CLAIM = Claim(
    "runbook",
    "each situation of the runbook is brought about, its block is run, and the state afterwards is right",
    (),
    attempt,
)
