"""Finds the Python version that is deployed on this computer."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from local.prepare import NotReadyError

NAME = "python3.13"
MANAGED = (
    f".pyenv/versions/3.13*/bin/{NAME}",
    f".asdf/installs/python/3.13*/bin/{NAME}",
    f".local/share/mise/installs/python/3.13*/bin/{NAME}",
    f".local/share/uv/python/cpython-3.13*/bin/{NAME}",
)
"""Where version managers install it, below the home folder."""

SAYS_VERSION = "import sys, venv; print(sys.version) if sys.version_info[:2] == (3, 13) else sys.exit(1)"


class NoPythonError(NotReadyError):
    """There is no Python 3.13 on this computer; the message says where it was searched."""


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
