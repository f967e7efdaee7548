"""Starts the app from a package that is unpacked, with an empty environment, and tells what it saw."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from local.azure_python.interpreter import NoPythonError, find_python
from local.machine.paths import ROOT
from local.package import start_isolated
from local.package.target import DEPLOYED, Target

BARE = ("-I", "-S", "-B")
"""No environment, no folder of packages, nothing of the current folder; nothing is written beside the app."""


class NotStartedError(Exception):
    """The app could not be imported from its package; the words are Python's."""


def at_hand() -> tuple[Path, Target]:
    """The Python that is deployed where this computer has it, else the one that runs this; and its target."""
    try:
        return find_python()[0], DEPLOYED
    except NoPythonError:
        return Path(sys.executable), Target(f"{sys.version_info.major}.{sys.version_info.minor}")


def unpack(package: Path, folder: Path) -> Path:
    """The files of *package*, in *folder*."""
    with ZipFile(package) as packed:
        packed.extractall(folder)
    return folder


def keyless_settings() -> Mapping[str, str]:
    """The example's settings, with the storage named as it is on Azure."""
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
    """Start the app in *folder*: its functions, where its rooms came from, what it says without any setting.

    Afterwards it is put together as on Azure, with a managed identity, and connects to nothing.
    """
    command: list[str | Path] = [python, *BARE, start_isolated.__file__, folder, json.dumps(keyless_settings())]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotStartedError(done.stderr)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
