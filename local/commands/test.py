"""`./dev test`: what CI runs. The checks run at the same time as the tests; they are shown last."""

import os
import subprocess
import sys
import tempfile

from local.commands.steps import Step, run_all
from local.machine.paths import ROOT

PARALLEL = (f"--numprocesses={(os.cpu_count() or 1) + 1}", "--dist=loadfile")
"""A process for each core, and one for the time in which others wait for a service. Tests that share what is slow to
start stay together: tests/workload/distribution.py.
"""


def run(arguments: list[str]) -> int:
    """Run pytest with *arguments*, and the checks at the same time; 0 when nothing failed."""
    with tempfile.TemporaryFile("w+") as output:
        checks = subprocess.Popen(
            [sys.executable, "-m", "local", "check"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            tests = run_all((Step("pytest", (*PARALLEL, *arguments)),))
        finally:
            if sys.exc_info()[0] is not None:
                checks.terminate()
            code = checks.wait()
        output.seek(0)
        print(output.read(), flush=True)
    failed = [name for name, outcome in (("tests", tests), ("checks", code)) if outcome]
    print(f"failed: {', '.join(failed)}" if failed else "tests and checks passed", flush=True)
    return int(bool(failed))
