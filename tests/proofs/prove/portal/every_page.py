"""Every page in every language and look: axe finds nothing, nothing has to be scrolled sideways, no console message."""

import json
from typing import Any

from local.history.organisation import ACCOUNT
from local.machine.paths import ROOT
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.portal.visit import visiting

LANGUAGES = ("en", "ja", "ru", "fr")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}

LOOKS: tuple[dict[str, Any], ...] = (
    *({"locale": language, "viewport": DESKTOP} for language in LANGUAGES),
    *({"locale": language, "viewport": PHONE} for language in LANGUAGES),
    {"locale": "en", "viewport": DESKTOP, "color_scheme": "dark"},
    {"locale": "en", "viewport": DESKTOP, "forced_colors": "active"},
)


def pages() -> tuple[str, ...]:
    """Every page of the menu, from the English texts."""
    texts = json.loads((ROOT / "portal" / "texts" / "en.json").read_text())
    return tuple(key.removeprefix("page.") for key in texts if key.startswith("page."))


def visit_all(browser: Any, address: str, own: frozenset[str], checks: Checks) -> int:
    """Visit every page in every look; how many visits were made."""
    for look in LOOKS:
        name = " ".join(str(part) for part in (look["locale"], look["viewport"]["width"], *list(look.values())[2:]))
        with visiting(browser, address, own, **look) as visit:
            visit.sign_in(ACCOUNT, "Operator")
            for page in pages():
                visit.open(page)
                checks.equal(
                    f"{name} {page}: language", visit.page.locator("html").get_attribute("lang"), look["locale"]
                )
                checks.equal(f"{name} {page}: axe", visit.violations(), [])
                checks.equal(f"{name} {page}: too wide", visit.is_too_wide(), False)
            checks.equal(f"{name}: console", visit.messages, [])
        print(f"  {name}: {len(pages())} pages", flush=True)
    return len(LOOKS) * len(pages())
