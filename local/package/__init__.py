"""`./dev package`: the deployable zip, the same byte for byte whoever makes it from the same files.

At its root what `.funcignore` lets in; the packages of requirements.txt, for Linux and the Python that is deployed, in
`.python_packages/lib/site-packages`, where Azure looks first. `.python_packages` makes a build on Azure unnecessary;
requirements.txt goes along because azd and Core Tools, asked for one nevertheless, build from it, and because it says
with hashes what is inside.
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
    """Make the zip and tell its size, number of files and SHA-256; 1 when the packages cannot be had."""
    parser = argparse.ArgumentParser(prog="./dev package", description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=version, default=DEPLOYED, metavar="3.N", help=f"default {DEPLOYED.version}")
    chosen = parser.parse_args(arguments)
    try:
        made = build(chosen.python, ZIP)
    except NotReadyError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(told(made, ZIP.relative_to(ROOT)))
    return 0


def version(text: str) -> Target:
    """The Python that *text* names; argparse tells people when the app does not run on it."""
    try:
        return Target.named(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def told(made: Package, where: Path) -> str:
    """What was made, in one line for people."""
    return (
        f"{where}: Python {made.target.version}, {made.size / 1e6:.1f} MB, {made.files} files of which "
        f"{made.own} are the app's own, sha256 {made.sha256}"
    )


__all__ = ["Package", "build", "run"]
