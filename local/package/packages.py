"""Installs the app's packages into a folder, without files that depend on the installing computer."""

import shutil
import sys
from email.parser import HeaderParser
from pathlib import Path

from packaging.specifiers import SpecifierSet

from local.machine.paths import ROOT
from local.package.lock import lines_for
from local.package.target import Target
from local.prepare import INSTALL, NotReadyError, run

OF_THE_INSTALLER = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""RECORD is included because it lists the scripts, whose first line and hash depend on this computer's Python."""

SCRIPTS = "bin"
"""Command-line scripts: they are not used on Azure, and each contains the path of this computer's Python."""


def install(target: Target, folder: Path, scratch: Path) -> None:
    """Install the locked packages into the new *folder*; pip checks the hashes. Raises NotReadyError."""
    lock = scratch / "requirements.txt"
    lock.write_text("\n".join(lines_for((ROOT / "requirements.txt").read_text(), target)) + "\n")
    run(
        [sys.executable, "-m", "pip", *INSTALL, "--no-compile", *target.pip, "--target", str(folder), "-r", str(lock)],
        ROOT,
        f"pip could not install the packages for Python {target.version}. Is the package index reachable?",
    )
    shutil.rmtree(folder / SCRIPTS, ignore_errors=True)
    for name in OF_THE_INSTALLER:
        for file in folder.glob(f"*.dist-info/{name}"):
            file.unlink()
    if unfit := not_for(target, folder):
        raise NotReadyError(f"not for Python {target.version}: {', '.join(unfit)}")


def not_for(target: Target, folder: Path) -> list[str]:
    """Names of the packages in *folder* whose metadata excludes *target*."""
    headers = [HeaderParser().parsestr(metadata.read_text()) for metadata in folder.glob("*.dist-info/METADATA")]
    runs = {str(one["Name"]): SpecifierSet(one["Requires-Python"] or "").contains(target.full) for one in headers}
    return sorted(name for name, fits in runs.items() if not fits)
