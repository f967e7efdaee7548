"""Starts the app from an unpacked package with an empty environment, and reports what it loaded."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from local.machine.paths import ROOT
from local.package import start_isolated
from local.package.deployed_python import NoPythonError, find_python
from local.package.target import DEPLOYED, Target

BARE = ("-I", "-S")
"""Ignore the environment, site-packages and the current folder. What one start compiles, the next ones use."""


class NotStartedError(Exception):
    """The app could not be imported from its package; the message is Python's output."""


def available_python() -> tuple[Path, Target]:
    """The deployed Python version if this computer has it, else the running Python; and its target."""
    try:
        return find_python()[0], DEPLOYED
    except NoPythonError:
        return Path(sys.executable), Target(f"{sys.version_info.major}.{sys.version_info.minor}")


def unpack(package: Path, folder: Path) -> Path:
    """Extract the files of *package* into *folder*, and return it."""
    with ZipFile(package) as packed:
        packed.extractall(folder)
    return folder


def keyless_settings() -> Mapping[str, str]:
    """The settings of the example file, with the storage configured as on Azure."""
    values: dict[str, str] = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]
    return {
        **values,
        "CreditsStorage": "",
        "CreditsStorage__tableServiceUri": "https://credits.table.example",
        "CreditsStorage__queueServiceUri": "https://credits.queue.example",
        "CreditsStorage__credential": "managedidentity",
        "Mail__key": "",
    }


def start(python: Path, folder: Path) -> Mapping[str, Any]:
    """Start the app in *folder*; return its functions, the files of its packages, and its errors without settings.

    Then compose its services as on Azure, with a managed identity, without connecting to anything.
    """
    command: list[str | Path] = [python, *BARE, start_isolated.__file__, folder, json.dumps(keyless_settings())]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStartedError(done.stderr)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
