"""The code of an earlier revision, taken from this repository.

It runs with the present `.venv`, whose pinned versions are its own; one with others would need its own environment.
"""

import io
import subprocess
import tarfile
from pathlib import Path

from local.machine.paths import ROOT

BEFORE = "8d353cc"
"""There was no release yet: the last revision before the operator's command line. A release takes its place."""


class NoSuchRevisionError(Exception):
    """The repository cannot give the revision: it is shallow, or no repository at all."""


def unpack(revision: str, folder: Path) -> Path:
    """Lay the revision's files into *folder*, and return it; NoSuchRevisionError."""
    try:
        packed = subprocess.run(["git", "archive", "--format=tar", revision], cwd=ROOT, capture_output=True, check=True)
    except FileNotFoundError as absent:
        raise NoSuchRevisionError("git is not installed") from absent
    except subprocess.CalledProcessError as refused:
        words = refused.stderr.decode(errors="replace").strip().splitlines()
        why = words[-1] if words else "git says nothing"
        raise NoSuchRevisionError(f"this repository does not have revision {revision} ({why})") from refused
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def differing(folder: Path) -> int:
    """How many files of the product differ between *folder* and the present code: with none, nothing is proved."""
    names = {path.relative_to(root) for root in (folder, ROOT) for path in product_files(root)}
    return sum(_text(folder / name) != _text(ROOT / name) for name in names)


def product_files(root: Path) -> list[Path]:
    """The code that hosts run for the service."""
    return [path for room in ("shared", "functions") for path in (root / room).rglob("*.py")]


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
