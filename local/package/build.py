"""Builds the zip."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.paths import ROOT
from local.package import archive
from local.package.contents import PACKAGES, own_files
from local.package.packages import install
from local.package.target import Target

SITE = Path(PACKAGES, "lib", "site-packages")
"""The folder that Azure's worker searches first for packages."""


@dataclass(frozen=True, slots=True)
class Package:
    """A built zip: its Python version, size in bytes, number of files, and how many of them are the app's own."""

    target: Target
    size: int
    files: int
    own: int
    sha256: str


def build(target: Target, to: Path) -> Package:
    """Build the zip for *target* at *to*, replacing an existing one atomically. Raises NotReadyError."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix="package-") as scratch:
        packages = Path(scratch, "packages")
        install(target, packages)
        own = {path.as_posix(): ROOT / path for path in own_files(ROOT)}
        theirs = {
            (SITE / path.relative_to(packages)).as_posix(): path for path in packages.rglob("*") if path.is_file()
        }
        made = Path(scratch, to.name)
        archive.write(made, own | theirs)
        whole = made.read_bytes()
        made.replace(to)
    return Package(target, len(whole), len(own) + len(theirs), len(own), hashlib.sha256(whole).hexdigest())
