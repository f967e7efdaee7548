"""E-mails in a real browser: Chromium, headless, on pages that hold each e-mail in a frame of a telephone's width."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory

PHONE = 320
"""Pixels: the narrowest telephone, and what WCAG 2.1, 1.4.10 asks for."""

CONTRAST_MIN = 4.5
"""WCAG 2.1, 1.4.3, level AA."""

SIZE_MIN = 12
SECONDS = 240

_MEASURE = Path(__file__).with_name("measure.js").read_text("utf-8")

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<style>body {{ margin: 16px; background: Canvas; }} iframe {{ border: 1px solid GrayText; width: {width}px;
height: {height}px; margin: 0 12px 12px 0; }}</style></head><body>{frames}<pre id="measured" hidden></pre>
<script>{script}</script></body></html>"""


def chromium() -> str | None:
    """The browser's program; None when it is not installed."""
    return next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


def measure(program: str, pages: Mapping[str, str], *, dark: bool) -> Mapping[str, Mapping[str, object]]:
    """What the browser says of each page, by its name: width of the content, the least contrast and size of a text, and
    a text that is cut off, if there is one.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "emails.html"
        file.write_text(_page(pages, height=1200, script=_MEASURE), "utf-8")
        shown = _run(program, file, "--dump-dom", "--virtual-time-budget=60000", dark=dark)
    return dict(json.loads(unescape(shown.partition('<pre id="measured" hidden="">')[2].partition("</pre>")[0])))


def picture(program: str, pages: Mapping[str, str], target: Path, *, dark: bool, height: int) -> None:
    """Write a picture of *pages*, side by side, to *target*."""
    width = (PHONE + 16) * len(pages) + 40
    with TemporaryDirectory() as folder:
        file = Path(folder) / "emails.html"
        file.write_text(_page(pages, height=height, script=""), "utf-8")
        size = f"--window-size={width},{height + 40}"
        _run(program, file, f"--screenshot={target.resolve()}", size, "--hide-scrollbars", dark=dark)


def _page(pages: Mapping[str, str], *, height: int, script: str) -> str:
    frames = "".join(
        f'<iframe title="{escape(name)}" srcdoc="{escape(html)}"></iframe>' for name, html in pages.items()
    )
    return _PAGE.format(width=PHONE, height=height, frames=frames, script=script)


def _run(program: str, file: Path, *options: str, dark: bool) -> str:
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    # Without a sandbox, because it runs as root in containers; the pages are ours, and run no script in the frames.
    command = [program, "--headless=new", "--no-sandbox", "--disable-gpu", scheme, *options, file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    return done.stdout
