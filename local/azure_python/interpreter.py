"""Creates the virtual environment of Azure's worker, once."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from local.machine.paths import ROOT, STATE
from local.package.deployed_python import find_python
from local.prepare import fingerprint, install_packages, preparation_lock, report, run, run_unless_stamped

HERE = Path(__file__).parent
LOCKS = (ROOT / "requirements.txt", HERE / "requirements.txt")
"""The app's packages, then the worker's. No package is in both."""


def worker_python(name: str = "worker", locks: Sequence[Path] = LOCKS) -> Path:
    """The Python of `.local/NAME`, created with the locked packages if absent. Raises NoPythonError, NotReadyError."""
    base, version = find_python()
    venv = STATE / name
    python = venv / "bin" / "python"

    def install() -> None:
        report(f"preparing the worker of Azure: .local/{name} (about 5 s, once)")
        shutil.rmtree(venv, ignore_errors=True)
        run(
            [str(base), "-m", "venv", "--without-pip", str(venv)], ROOT, f"{base} could not make a virtual environment."
        )
        for lock in locks:
            install_packages(ROOT, lock, "--python", str(python))

    with preparation_lock(ROOT):
        run_unless_stamped(venv, fingerprint(f"{version} {base} {venv}", *locks), install)
    return python
