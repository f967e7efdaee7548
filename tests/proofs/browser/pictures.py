"""`python -m tests.proofs.browser.pictures ADDRESS`: takes the portal's pictures of the docs from a running
`./dev up --sample`, whose portal is at ADDRESS.
"""

import sys
from typing import Any
from urllib.parse import urlsplit

from local.history.organisation import ACCOUNT
from local.machine.paths import ROOT
from tests.proofs.browser import browser
from tests.proofs.prove.portal.visit import visiting

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 800}

PICTURES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("portal-overview.png", "overview", {"locale": "en", "viewport": DESKTOP}),
    ("portal-funds.png", "funds", {"locale": "en", "viewport": PHONE, "color_scheme": "dark"}),
    ("portal-usage.png", "usage", {"locale": "ja", "viewport": DESKTOP}),
)
"""File, page, and how it is looked at."""


def take(address: str) -> None:
    """Write every picture into docs."""
    parts = urlsplit(address)
    with browser() as opened:
        for file, page, look in PICTURES:
            with visiting(opened, address, frozenset({f"{parts.scheme}://{parts.netloc}"}), **look) as visit:
                visit.sign_in(ACCOUNT)
                visit.open(page)
                visit.page.wait_for_timeout(500)  # the chart is drawn when its place has a size
                visit.page.screenshot(path=ROOT / "docs" / file)


if __name__ == "__main__":
    take(sys.argv[1])
