"""Finds the Python 3.13 that the worker runs on, and gives it a virtual environment of its own, once."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from local.machine.paths import ROOT, STATE
from local.prepare import NotReadyError, fingerprint, preparation_lock, report, run, run_unless_stamped

HERE = Path(__file__).parent
LOCKS = (ROOT / "requirements.txt", HERE / "requirements.txt")
"""What the app brings, then what the worker brings. No package is in both."""

NAME = "python3.13"
MANAGED = (
    f".pyenv/versions/3.13*/bin/{NAME}",
    f".asdf/installs/python/3.13*/bin/{NAME}",
    f".local/share/mise/installs/python/3.13*/bin/{NAME}",
    f".local/share/uv/python/cpython-3.13*/bin/{NAME}",
)
"""Where version managers keep theirs, below the home folder."""

PIP = (
    *("-m", "pip", "--disable-pip-version-check", "--quiet", "install"),
    *("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"),
)

SAYS_VERSION = "import sys, venv; print(sys.version) if sys.version_info[:2] == (3, 13) else sys.exit(1)"


class NoPythonError(NotReadyError):
    """There is no Python 3.13 on this computer; the words say where it was looked for."""


def worker_python(name: str = "worker", locks: Sequence[Path] = LOCKS) -> Path:
    """The Python of `.local/NAME` with what is locked, made ready when it is not; NoPythonError, NotReadyError."""
    base, version = find_python()
    venv = STATE / name
    python = venv / "bin" / "python"

    def install() -> None:
        report(f"preparing the worker of Azure: .local/{name} (about 20 s, once)")
        shutil.rmtree(venv, ignore_errors=True)
        run([str(base), "-m", "venv", str(venv)], ROOT, f"{base} could not make a virtual environment.")
        for lock in locks:
            run(
                [str(python), *PIP, str(lock)],
                ROOT,
                f"pip could not install {lock.relative_to(ROOT)}. Is the package index reachable?",
            )

    with preparation_lock(ROOT):
        run_unless_stamped(venv, fingerprint(f"{version} {base} {venv}", *locks), install)
    return python


def find_python() -> tuple[Path, str]:
    """The first Python 3.13 that runs, and its version; NoPythonError."""
    for candidate in _candidates():
        asked = subprocess.run([candidate, "-c", SAYS_VERSION], capture_output=True, text=True, check=False)
        if asked.returncode == 0:  # a version manager's shim is there for Pythons that are not
            return candidate, asked.stdout.strip()
    raise NoPythonError(f"no Python 3.13: neither {NAME} on the PATH nor in {', '.join(f'~/{at}' for at in MANAGED)}")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which(NAME)
    if on_path is not None:
        yield Path(on_path)
    for pattern in MANAGED:
        yield from sorted(Path.home().glob(pattern), reverse=True)
