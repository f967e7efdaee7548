"""`./dev vendor`: fetches the libraries of the portal from npm, as local/vendor/package-lock.json lists them, and
copies what the page loads into portal/vendor.
"""

import subprocess
import sys
from pathlib import Path

from local.prepare import NotReadyError, fingerprint, node_version, run_unless_stamped
from local.prepare import run as run_installer

FOLDER = Path(__file__).parent
LIBRARIES = FOLDER / "node_modules"


def run(arguments: list[str]) -> int:
    """Write portal/vendor again; 1 when npm or Node fails."""
    if arguments:
        print("usage: ./dev vendor", file=sys.stderr)
        return 2
    try:
        prepare_libraries()
    except NotReadyError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return subprocess.run(["node", str(FOLDER / "collect.mjs")], cwd=FOLDER, check=False).returncode


def prepare_libraries() -> Path:
    """`local/vendor/node_modules`, exactly as its lock file says; no package's install script is run. NotReadyError."""

    def install() -> None:
        run_installer(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
            FOLDER,
            "npm could not install the portal's libraries. Is the package registry reachable? Then try again.",
        )

    run_unless_stamped(LIBRARIES, fingerprint(node_version(), FOLDER / "package-lock.json"), install)
    return LIBRARIES
