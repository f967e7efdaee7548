"""A real browser for proofs: Debian's Chromium, driven by Playwright. `./dev prove portal` installs Playwright into
`.local/browser`, as requirements.txt in this folder lists it; the ordinary tests need neither.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.machine.paths import ROOT, STATE
from local.prepare import fingerprint, install_packages, run_unless_stamped

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = STATE / "browser"
LOCK = Path(__file__).with_name("requirements.txt")


def chromium() -> str | None:
    """The browser's program; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def missing() -> str:
    """Why no browser can be opened here, empty where one can."""
    return "" if chromium() else "Chromium is not installed (Debian: apt-get install chromium)"


def _prepare() -> None:
    def install() -> None:
        PACKAGES.mkdir(parents=True, exist_ok=True)
        install_packages(ROOT, LOCK, "--python", sys.executable, "--target", str(PACKAGES), "--upgrade")

    PACKAGES.mkdir(parents=True, exist_ok=True)
    run_unless_stamped(PACKAGES, fingerprint(sys.version, LOCK), install)
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))


@contextmanager
def browser() -> Iterator[Any]:
    """Playwright's Browser, ended at the end of the block."""
    _prepare()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - installed just now

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=_arguments())
        try:
            yield opened
        finally:
            opened.close()


def _arguments() -> list[str]:
    """Chromium refuses its sandbox to root."""
    is_root = subprocess.run(["id", "-u"], capture_output=True, text=True, check=True).stdout.strip() == "0"
    return ["--no-sandbox"] if is_root else []
