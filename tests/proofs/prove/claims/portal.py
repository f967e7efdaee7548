"""portal: administrators do their work in a real browser, in four languages, and axe and the console have nothing to
say.
"""

import argparse
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from local.commands.sample_card import CURRENCY, SAMPLE, publish_card, publish_sample_card
from local.history import make_history
from local.history.organisation import ACCOUNT
from local.machine.machine import Machine
from tests.proofs.browser import browser, missing
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.portal.every_page import LANGUAGES, visit_all
from tests.proofs.prove.portal.insight import SECOND_CARD, moves_the_clock
from tests.proofs.prove.portal.journeys import JOURNEYS, OPERATING, READING
from tests.proofs.prove.portal.statements import check_statements
from tests.proofs.prove.portal.visit import BYTES, PAINT, visiting

REFUSALS = ("status of 422 (Unprocessable Entity)", "status of 400 (Bad Request)")
"""What the browser itself says in the console about an amount, and a period, that were refused."""


def test(_chosen: argparse.Namespace) -> Result:
    """Make the sample account, go through every journey and every page, and measure a first visit."""
    reason = missing()
    if reason:
        return Result.skipped(reason)
    checks = Checks()
    with Machine.start(None) as machine:
        publish_sample_card(machine)
        publish_card(machine, SECOND_CARD, CURRENCY, SAMPLE)
        own = frozenset(_origin(address) for address in (machine.http, machine.issuer, machine.payments))
        make_history(machine, lambda text: print(f"  {text}", flush=True))
        months = check_statements(machine, checks)
        with browser() as opened:
            _journeys(opened, machine, own, checks)
            paint, size = _first_visit(opened, machine.portal, own)
            visits = visit_all(opened, machine.portal, own, checks)
            with visiting(opened, machine.page, frozenset({_origin(machine.page)}), locale="en") as visit:
                moves_the_clock(visit, checks)
                checks.equal("the start page: console", visit.messages, [])
    return checks.result(
        f"{len(JOURNEYS + OPERATING + READING)} journeys; {months} statements add up; {visits} visits of pages in"
        f" {len(LANGUAGES)} languages, dark, on 360 pixels and in forced colours: axe finds nothing, the console is"
        f" silent; first paint after {paint:.0f} ms, {size / 1000:.0f} kB for the first page",
        visits=visits,
        months=months,
        firstPaintMilliseconds=round(paint),
        firstPageBytes=size,
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _journeys(opened: Any, machine: Machine, own: frozenset[str], checks: Checks) -> None:
    with visiting(opened, machine.portal, own, locale="en") as visit:
        visit.sign_in("new")
        for journey in JOURNEYS:
            journey(visit, checks)
            _tell(journey)
        refused = [text for text in visit.messages if not text.endswith(REFUSALS)]
        checks.equal("console", refused, [])
    with visiting(opened, machine.portal, own, locale="en") as visit:
        visit.sign_in(ACCOUNT, "Operator")
        for step in OPERATING:
            step(visit, machine, checks)
            _tell(step)
        checks.equal("console", visit.messages, [])
    with visiting(opened, machine.portal, own, locale="en") as visit:
        visit.sign_in(ACCOUNT, "Reader")
        for journey in READING:
            journey(visit, checks)
            _tell(journey)
        checks.equal("console", visit.messages, [])


def _tell(journey: Callable[..., None]) -> None:
    print(f"  {journey.__name__.replace('_', ' ')}", flush=True)


def _first_visit(opened: Any, portal: str, own: frozenset[str]) -> tuple[float, int]:
    """Milliseconds until something is seen, and the bytes that the first page loads."""
    with visiting(opened, portal, own, locale="en") as visit:
        visit.sign_in(ACCOUNT)
        return float(visit.page.evaluate(PAINT)), int(visit.page.evaluate(BYTES))


CLAIM = Claim(
    "portal",
    "administrators do their work in a browser, in four languages; every page passes axe, the console is silent",
    (),
    test,
)
