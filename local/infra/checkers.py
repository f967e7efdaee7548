"""Tools that look at Bicep: the project's own checker and the compiler, each where it is there."""

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
"""What parameter files read from the environment, for a compiler that wants a value for each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a tool said: clean or not, or why it was not asked. *tried* is false for the latter."""

    tool: str
    tried: bool
    clean: bool
    words: str


def sources(infra: Path = INFRA) -> list[Path]:
    """What is deployed: the template and every parameter file. The modules follow from the template."""
    return [infra / "main.bicep", *sorted(infra.glob("*.bicepparam"))]


def verdicts() -> Iterator[Verdict]:
    """Of each tool in turn."""
    yield bicep_check()
    yield compiler()


def bicep_check(infra: Path = INFRA) -> Verdict:
    """The checker's verdict. Its notes count as well: what it could not check is not clean."""
    folder = Path(os.environ.get("CREDITS_REFERENCE") or ROOT.parent / "shared") / "tools" / "bicep_check"
    if not (folder / "__main__.py").is_file():
        return Verdict(
            "bicep_check",
            tried=False,
            clean=False,
            words="no tools/bicep_check where CREDITS_REFERENCE says, or beside this folder",
        )
    said, code = _run([sys.executable, str(folder), *map(str, sources(infra))])
    return Verdict(
        "bicep_check", tried=True, clean=code == 0 and not said, words=said or f"clean: {_count(infra)} files"
    )


def compiler(infra: Path = INFRA) -> Verdict:
    """The verdict of Microsoft's compiler and its linter; any diagnostic counts."""
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
    """The scanner's verdict on the modules. Not on main.bicep, whose typed parameters it cannot parse.

    It ends with 0 when it could not parse, so what it has parsed is counted.
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
