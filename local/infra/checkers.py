"""Runs Bicep checkers: the reference's bicep_check, Microsoft's compiler and Checkov, each if it is available."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT

INFRA = ROOT / "infra"

EXAMPLES = {
    "AZURE_ENV_NAME": "example",
    "AZURE_LOCATION": "westeurope",
    "CREDITS_ALARMS_TO": "operators@credits.example",
    "CREDITS_AUDIENCE": "00000000-0000-4000-8000-000000000001",
    "CREDITS_ISSUER": "https://login.example/{tid}/v2.0",
    "CREDITS_MAIL_DOMAIN": "mail.credits.example",
    "CREDITS_OPERATORS": "00000000-0000-4000-8000-000000000002",
}
"""Example values for the environment variables of parameter files, which the compiler requires."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checker's result: whether the files are clean. If *tried* is False, *words* says why it did not run."""

    tool: str
    tried: bool
    clean: bool
    words: str


def sources(infra: Path = INFRA) -> list[Path]:
    """The deployed files: the template, which includes the modules, and every parameter file."""
    return [infra / "main.bicep", *sorted(infra.glob("*.bicepparam"))]


def verdicts() -> Iterator[Verdict]:
    """The results of the checkers in turn."""
    yield bicep_check()
    yield compiler()


def bicep_check(infra: Path = INFRA) -> Verdict:
    """The result of bicep_check. Its notes count as findings, because they name what it could not check."""
    folder = Path(os.environ.get("CREDITS_REFERENCE") or ROOT.parent / "shared") / "tools" / "bicep_check"
    if not (folder / "__main__.py").is_file():
        return Verdict(
            "bicep_check",
            tried=False,
            clean=False,
            words="no tools/bicep_check in CREDITS_REFERENCE, or next to this folder",
        )
    said, code = _run([sys.executable, str(folder), *map(str, sources(infra))])
    return Verdict(
        "bicep_check", tried=True, clean=code == 0 and not said, words=said or f"clean: {_count(infra)} files"
    )


def compiler(infra: Path = INFRA) -> Verdict:
    """The result of Microsoft's compiler and linter; every diagnostic counts."""
    bicep = shutil.which("bicep")
    if bicep is None:
        return Verdict("bicep", tried=False, clean=False, words="no Bicep compiler on the PATH")
    for path in sources(infra):
        building = "build-params" if path.suffix == ".bicepparam" else "build"
        for command in ([bicep, building, str(path), "--outfile", os.devnull], [bicep, "lint", str(path)]):
            said, code = _run(command)
            if code or said:
                return Verdict(
                    "bicep", tried=True, clean=False, words=said or f"exit code {code}: {command[1]} {path.name}"
                )
    return Verdict("bicep", tried=True, clean=True, words=f"clean: {_count(infra)} files")


def checkov(infra: Path = INFRA) -> Verdict:
    """The result of Checkov for the modules, but not for main.bicep, whose typed parameters it cannot parse.

    It exits with 0 when it cannot parse a file, so the parsed resources are counted.
    """
    scanner = shutil.which("checkov")
    if scanner is None:
        return Verdict("checkov", tried=False, clean=False, words="no checkov on the PATH")
    options = ("--framework", "bicep", "--skip-download", "--quiet", "--compact", "--output", "json")
    done = subprocess.run(
        [scanner, "--directory", str(infra / "modules"), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if not done.stdout.startswith("{"):
        return Verdict("checkov", tried=True, clean=False, words=(done.stdout + done.stderr)[-2000:])
    seen = json.loads(done.stdout)
    counts = seen["summary"]
    clean = counts["resource_count"] > 0 and not counts["failed"] and not counts["parsing_errors"]
    failed = [f"{check['check_id']} {check['resource']}" for check in seen["results"]["failed_checks"]]
    words = f"{counts['passed']} passed, {counts['skipped']} skipped, {counts['parsing_errors']} not parsed {failed}"
    return Verdict("checkov", tried=True, clean=clean, words=words)


def _run(command: Sequence[str]) -> tuple[str, int]:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **EXAMPLES}
    )
    return (done.stdout + done.stderr).strip(), done.returncode


def _count(infra: Path) -> int:
    return len(sources(infra)) + len(list((infra / "modules").glob("*.bicep")))
