"""Runs Schemathesis: requests made from the OpenAPI document, valid and invalid, and checks of every answer.

Source: schemathesis.readthedocs.io, "Command-line interface" and "Configuration file".
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.proofs.prove.interface.expected import configuration

DOCUMENT, CONFIGURATION, REPORT = "openapi.json", "schemathesis.toml", "report.json"
FOUND_NOTHING, FOUND_SOMETHING = 0, 1
"""Exit codes of a run that came to its end. All others mean that it could not run."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run tried and found: *found* has a line for each operation that failed a check, *log* the details."""

    operations: int
    cases: int
    found: Sequence[str]
    log: str


def try_document(document: bytes, address: str, token: str, account: str, *, examples: int, seed: int) -> Run:
    """Send at most so many random *examples* to each operation of *document* at *address*, besides the examples and
    the boundaries that the document names, and sequences of operations that its fields connect. The bearer *token* has
    every role; *account* is the one in paths. RuntimeError: Schemathesis could not run, or left operations out.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / DOCUMENT).write_bytes(document)
        (folder / CONFIGURATION).write_text(configuration(account, token), encoding="utf-8")
        options = ["--url", address, "--max-examples", str(examples), "--seed", str(seed)]
        options += ["--report", "json", "--report-json-path", REPORT]
        command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
        environment = {**os.environ, "NO_PROXY": "*", "NO_COLOR": "1"}
        done = subprocess.run(
            [*command, "--config-file", CONFIGURATION, "run", DOCUMENT, *options],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (FOUND_NOTHING, FOUND_SOMETHING):
            raise RuntimeError(
                f"Schemathesis ended with {done.returncode}: {done.stdout[-2_000:]}{done.stderr[-2_000:]}"
            )
        return _run(json.loads((folder / REPORT).read_text(encoding="utf-8")), done.stdout)


def _run(report: dict[str, Any], log: str) -> Run:
    operations = report["operations"]
    if report["errors"] or not report["complete"] or operations["tested"] != operations["total"]:
        raise RuntimeError(f"Schemathesis did not try everything: {operations}, {report['errors']}\n{log[-2_000:]}")
    found = [f"{failure['title']}: {name}" for failure in report["failures"] for name in failure["operations"]]
    return Run(operations["tested"], report["test_cases"]["generated"], found, log)
