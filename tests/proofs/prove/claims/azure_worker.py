"""azure-worker: Microsoft's own runtime indexes and runs the app, on the Python and event loop of Azure's worker."""

import argparse

from local.azure_python.interpreter import worker_python
from local.machine.machine import Machine
from local.prepare import NotReadyError
from tests.proofs.azure_worker.expectations import JUDGES
from tests.proofs.azure_worker.run import try_app
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result


def test(_chosen: argparse.Namespace) -> Result:
    """Index the app in the worker and run HTTP, queue and timer functions there, on a running machine's storage."""
    try:
        python = worker_python()
    except NotReadyError as absent:
        return Result(passed=False, summary=f"not tried: {absent}", facts={"tried": False})
    with Machine.start(None) as machine:
        observed = try_app(machine, python)
    checks = Checks()
    for judge in JUDGES:
        judge(observed, checks)
    runtime, functions = observed.answers["start"]["runtime"], len(observed.answers["functions"])
    steps = len(observed.answers["steps"])
    facts = {
        "tried": True,
        "runtime": runtime,
        "functions": functions,
        "invocations": steps,
        "checks": checks.count,
        "wrong": len(checks.failures),
    }
    words = (
        f"azure-functions-runtime {runtime} indexed the same {functions} functions as Python 3.11 does; {steps} "
        "invocations by HTTP, queue and timer had the expected results"
    )
    return Result(checks.passed, words if checks.passed else "; ".join(checks.failures[:3]), facts)


CLAIM = Claim(
    "azure-worker",
    "Microsoft's runtime on Python 3.13 finds every function and runs HTTP, queue and timer functions as the host here",
    (),
    test,
)
