"""Unpacks the code of an earlier revision from this repository.

It runs in the current `.venv`, which contains the same pinned versions. A revision with other versions would need its
own environment.
"""

import io
import subprocess
import tarfile
from pathlib import Path

from local.machine.paths import ROOT

EARLIER_REVISION = "8d353cc"
"""The last revision before the operator's command line, because there is no release yet."""


class NoSuchRevisionError(Exception):
    """The revision is not available: the repository is shallow, or there is none."""


def unpack(revision: str, folder: Path) -> Path:
    """Extract the revision's files into *folder*, and return it. Raises NoSuchRevisionError."""
    try:
        packed = subprocess.run(["git", "archive", "--format=tar", revision], cwd=ROOT, capture_output=True, check=True)
    except FileNotFoundError as absent:
        raise NoSuchRevisionError("git is not installed") from absent
    except subprocess.CalledProcessError as refused:
        lines = refused.stderr.decode(errors="replace").strip().splitlines()
        why = lines[-1] if lines else "no message from git"
        raise NoSuchRevisionError(f"this repository does not have revision {revision} ({why})") from refused
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def differing(folder: Path) -> int:
    """How many product files differ between *folder* and the current code: if none, nothing would be proved."""
    names = {path.relative_to(root) for root in (folder, ROOT) for path in product_files(root)}
    return sum(_text(folder / name) != _text(ROOT / name) for name in names)


def product_files(root: Path) -> list[Path]:
    """The Python files of the product."""
    return [path for package in ("shared", "functions") for path in (root / package).rglob("*.py")]


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
