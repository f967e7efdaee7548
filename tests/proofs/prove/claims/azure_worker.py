"""azure-worker: the app is indexed and works in Microsoft's own runtime, on the Python and loop of Azure's worker."""

import argparse

from local.azure_python.interpreter import worker_python
from local.machine.machine import Machine
from local.prepare import NotReadyError
from tests.proofs.azure_worker.expectations import JUDGES
from tests.proofs.azure_worker.run import try_app
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Index the app in the worker, run HTTP, queue and timer functions there, beside a machine."""
    try:
        python = worker_python()
    except NotReadyError as absent:
        return Figure(holds=False, words=f"not tried: {absent}", facts={"tried": False})
    with Machine.start(None) as machine:
        seen = try_app(machine, python)
    evidence = Evidence()
    for judge in JUDGES:
        judge(seen, evidence)
    runtime, functions = seen.answers["start"]["runtime"], len(seen.answers["functions"])
    steps = len(seen.answers["steps"])
    facts = {
        "tried": True,
        "runtime": runtime,
        "functions": functions,
        "invocations": steps,
        "checks": evidence.made,
        "wrong": len(evidence.wrong),
    }
    words = (
        f"azure-functions-runtime {runtime} indexed {functions} functions as Python 3.11 lists them, and {steps} "
        "invocations over HTTP, queue and timer came out as they must"
    )
    return Figure(evidence.holds, words if evidence.holds else "; ".join(evidence.wrong[:3]), facts)


CLAIM = Claim(
    "azure-worker",
    "Microsoft's runtime on Python 3.13 finds every function, and runs HTTP, queue and timer functions as here",
    (),
    attempt,
)
