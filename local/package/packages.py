"""Installs the app's packages into a folder, without files that depend on the installing computer."""

import shutil
import sys
from pathlib import Path

from local.machine.paths import ROOT
from local.package.target import Target
from local.prepare import install_packages

OF_THE_INSTALLER = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""RECORD is included because it lists the scripts, whose first line and hash depend on this computer's Python."""

LEFT_BY_THE_INSTALLER = ".lock"

SCRIPTS = "bin"
"""Command-line scripts: they are not used on Azure, and each contains the path of this computer's Python."""


def install(target: Target, folder: Path) -> None:
    """Install the locked packages into the new *folder*; hashes are checked. Raises NotReadyError, also when a package
    does not support *target*.
    """
    install_packages(
        ROOT, ROOT / "requirements.txt", "--python", sys.executable, *target.options, "--target", str(folder)
    )
    shutil.rmtree(folder / SCRIPTS, ignore_errors=True)
    (folder / LEFT_BY_THE_INSTALLER).unlink()
    for name in OF_THE_INSTALLER:
        for file in folder.glob(f"*.dist-info/{name}"):
            file.unlink()
