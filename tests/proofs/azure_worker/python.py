"""Finds the Python 3.13 for the worker, and creates its virtual environment once."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from local.machine.paths import ROOT, STATE
from local.prepare import NotReadyError, alone, fingerprint, once, run, say

HERE = Path(__file__).parent
LOCKS = (ROOT / "requirements.txt", HERE / "requirements.txt")
"""The app's packages, then the worker's. No package is in both."""

NAME = "python3.13"
MANAGED = (
    f".pyenv/versions/3.13*/bin/{NAME}",
    f".asdf/installs/python/3.13*/bin/{NAME}",
    f".local/share/mise/installs/python/3.13*/bin/{NAME}",
    f".local/share/uv/python/cpython-3.13*/bin/{NAME}",
)
"""Where version managers install it, below the home folder."""

PIP = (
    *("-m", "pip", "--disable-pip-version-check", "--quiet", "install"),
    *("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"),
)

SAYS_VERSION = "import sys, venv; print(sys.version) if sys.version_info[:2] == (3, 13) else sys.exit(1)"


class NoPythonError(NotReadyError):
    """There is no Python 3.13 on this computer; the message says where it was searched."""


def worker_python(name: str = "worker", locks: Sequence[Path] = LOCKS) -> Path:
    """The Python of `.local/NAME`, created with the locked packages if absent. Raises NoPythonError, NotReadyError."""
    base, version = find_python()
    venv = STATE / name
    python = venv / "bin" / "python"

    def install() -> None:
        say(f"preparing the worker of Azure: .local/{name} (about 20 s, once)")
        shutil.rmtree(venv, ignore_errors=True)
        run([str(base), "-m", "venv", str(venv)], ROOT, f"{base} could not make a virtual environment.")
        for lock in locks:
            run(
                [str(python), *PIP, str(lock)],
                ROOT,
                f"pip could not install {lock.relative_to(ROOT)}. Is the package index reachable?",
            )

    with alone(ROOT):
        once(venv, fingerprint(f"{version} {base} {venv}", *locks), install)
    return python


def find_python() -> tuple[Path, str]:
    """The first Python 3.13 that runs, and its version. Raises NoPythonError."""
    for candidate in _candidates():
        asked = subprocess.run([candidate, "-c", SAYS_VERSION], capture_output=True, text=True, check=False)
        if asked.returncode == 0:  # a version manager's shim may exist for a Python that is not installed
            return candidate, asked.stdout.strip()
    raise NoPythonError(f"no Python 3.13: neither {NAME} on the PATH nor in {', '.join(f'~/{at}' for at in MANAGED)}")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which(NAME)
    if on_path is not None:
        yield Path(on_path)
    for pattern in MANAGED:
        yield from sorted(Path.home().glob(pattern), reverse=True)
