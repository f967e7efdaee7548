"""A person in a browser: signs in as a persona, opens pages, and notices every message of the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.vendor import prepare_libraries

WAIT_MILLISECONDS = 60_000
"""A busy computer may take its time."""

AXE = "() => axe.run(document, {resultTypes: ['violations'], iframes: false}).then(found => found.violations)"
"""Without frames: the payment provider's form is not the portal's."""

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
BYTES = "() => performance.getEntriesByType('resource').reduce((all, each) => all + each.transferSize, 0)"


@dataclass(slots=True)
class Visit:
    """One browser context on the portal at *address*. *own* are the origins that it may ask."""

    page: Any
    address: str
    own: frozenset[str]
    messages: list[str] = field(default_factory=list)
    """What the console said, and requests to other computers: must stay empty."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MILLISECONDS)
        self.page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and f"{parts.scheme}://{parts.netloc}" not in self.own:
            self.messages.append(f"asked {address}")

    def sign_in(self, account: str, part: str = "Administrator") -> None:
        """Play *part* in *account*, which is named by its id or its name; "new" opens one."""
        self.page.goto(self.address)
        if account == "new":
            self.page.get_by_role("button", name="Open a new account").click()
        else:
            box = self.page.locator(".persona-account", has_text=account)
            box.get_by_role("button", name=part, exact=True).click()
        self.page.locator("#content").wait_for()
        self.settle()

    def open(self, page: str) -> None:
        """Go to a page of the portal, and wait until it is loaded."""
        self.page.evaluate("page => { location.hash = `#/${page}`; }", page)
        self.page.locator(f'nav a[aria-current="page"][href="#/{page.partition("/")[0]}"]').wait_for(state="attached")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being loaded."""
        self.page.wait_for_timeout(50)
        self.page.locator("[aria-busy=true]").first.wait_for(state="detached")

    def press(self, name: str) -> None:
        """Press a button or follow a link of this name."""
        self.page.locator("fluent-button, button", has_text=name).last.click()

    def labelled(self, beginning: str) -> Any:
        """The control whose label begins so. Playwright does not see the role that Fluent's buttons give themselves."""
        return self.page.locator(f'[aria-label^="{beginning}"]')

    def form(self) -> Any:
        """The frame of the payment provider's form that was shown last."""
        self.page.locator("iframe.payment-form").last.wait_for()
        return self.page.frame_locator("iframe.payment-form >> visible=true").last

    def violations(self) -> list[str]:
        """What axe finds wrong with the page as it is shown: the rule, and the first place."""
        self.page.evaluate(axe_source())
        return [f"{found['id']}: {found['nodes'][0]['target']}" for found in self.page.evaluate(AXE)]

    def is_too_wide(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        width: int = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        return width > 0


@contextmanager
def visiting(browser: Any, address: str, own: frozenset[str], **look: Any) -> Iterator[Visit]:
    """A new person; *look* is of Playwright's context: `locale`, `color_scheme`, `viewport`, and so on."""
    context = browser.new_context(**look)
    try:
        yield Visit(context.new_page(), address, own)
    finally:
        context.close()


@cache
def axe_source() -> str:
    """axe-core, from the libraries of the portal that are only for development."""
    return Path(prepare_libraries(), "axe-core", "axe.min.js").read_text()
