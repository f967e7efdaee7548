"""Tools that look at Bicep: the project's own checker and the compiler, each where it is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.places import ROOT

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
            "bicep_check", tried=False, clean=False, words="no tools/bicep_check where CREDITS_REFERENCE says"
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


def _run(command: Sequence[str]) -> tuple[str, int]:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **EXAMPLES}
    )
    return (done.stdout + done.stderr).strip(), done.returncode


def _count(infra: Path) -> int:
    return len(sources(infra)) + len(list((infra / "modules").glob("*.bicep")))
