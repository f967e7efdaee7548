"""`./dev package`: builds the deployable zip; the same files always lead to the same bytes.

The zip contains the files that `.funcignore` does not exclude and, in `.python_packages/lib/site-packages`, which Azure
searches first, the packages of requirements.txt for Linux and the deployed Python. Because of `.python_packages` no
build on Azure is necessary. requirements.txt is included because azd and Core Tools use it if a remote build is
requested, and because it documents the packages with hashes.
"""

import argparse
import sys
from pathlib import Path

from local.machine.paths import ROOT
from local.package.build import Package, build
from local.package.target import DEPLOYED, Target
from local.prepare import NotReadyError

ZIP = ROOT / "dist" / "communications-credits.zip"


def run(arguments: list[str]) -> int:
    """Build the zip and print its size, number of files and SHA-256; 1 when the packages cannot be installed."""
    parser = argparse.ArgumentParser(prog="./dev package", description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=version, default=DEPLOYED, metavar="3.N", help=f"default {DEPLOYED.version}")
    chosen = parser.parse_args(arguments)
    try:
        made = build(chosen.python, ZIP)
    except NotReadyError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(described(made, ZIP.relative_to(ROOT)))
    return 0


def version(text: str) -> Target:
    """The Python version in *text*; argparse reports the error when the app does not support it."""
    try:
        return Target.named(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def described(made: Package, where: Path) -> str:
    """A description of the package in one line."""
    return (
        f"{where}: Python {made.target.version}, {made.size / 1e6:.1f} MB, {made.files} files of which "
        f"{made.own} are the app's own, sha256 {made.sha256}"
    )


__all__ = ["Package", "build", "run"]
