"""What an administrator does with the forecast and with what-if, and with the slider that moves the clock."""

from datetime import datetime
from typing import Any

from shared.kernel.times import parse_instant
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.portal.visit import Visit

FAN_ROWS = 14 + 1 + 30
"""Two weeks as booked, now, and the days of the fan."""

NUMBERS = r"""box => [...box.querySelectorAll("tbody tr")].map(row => [...row.querySelectorAll("td")].map(
    cell => cell.textContent === "" ? null : Number(cell.textContent.replace(/[^0-9.-]/g, ""))))"""
"""The numbers in a table's rows; null where a cell is empty."""

MEASURES = """items => items.map(item => [item.dataset.measure,
    ...[...item.querySelectorAll(".number")].map(each => each.textContent)])"""
"""The name of each measure and its texts, as booked and as if."""

SECOND_CARD = "second"
"""A rate card with the prices of the first."""

TOO_LONG = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "code": "invalid_request",
    "detail": "the window is too long",
    "errors": [{"pointer": "/from", "code": "too_long", "detail": "choose a shorter one"}],
    "correlationId": "1",
}
"""What the service answers about a window with too many calls."""


def sees_the_fan(visit: Visit, checks: Checks) -> None:
    """Two weeks as booked, and 30 days in which the likely amount lies within its range, as a table and a picture."""
    visit.open("overview")
    box = visit.page.locator("section.box", has=visit.page.get_by_role("heading", name="The next 30 days"))
    rows = box.evaluate(NUMBERS)
    checks.equal("rows of the fan", len(rows), FAN_ROWS)
    wrong = [row for row in rows[14:] if not 0 <= row[1] <= row[2] <= row[3]]
    checks.equal("days on which the likely amount is outside its range", wrong, [])
    checks.equal("days as booked without an amount", [row for row in rows[:15] if row[0] is None], [])
    checks.equal("the picture of the fan", box.locator("canvas").count(), 1)
    checks.equal("the trigger line's legend", box.locator(".legend .trigger").count(), 1)


def asks_what_if(visit: Visit, checks: Checks) -> None:
    """Over a year, larger recharges are fewer, and the calls cost the same; the pictures and the words say so. A reader
    may ask, and may take nothing over.
    """
    visit.open("what-if")
    visit.page.get_by_role("combobox", name="Period").select_option("12")
    visit.settle()
    before = _measures(visit)
    visit.page.get_by_role("slider", name="Recharge amount").press("End")
    _answered(visit, " instead of ")
    after = _measures(visit)
    checks.equal("the cost of calls", after["charges"], (before["charges"][0], before["charges"][0]))
    fewer = int(after["recharges"][1]) < int(after["recharges"][0])
    checks.equal("fewer recharges of a larger amount", fewer, True)
    checks.equal("as booked stays", after["recharges"][0], before["recharges"][0])
    checks.equal("what a reader can take over", visit.page.get_by_text("Take over").count(), 0)


def asks_for_licences_and_another_card(visit: Visit, checks: Checks) -> None:
    """Without the licences of a calling plan calls cost more; on another rate card they are rated by their number."""
    visit.open("what-if")
    visit.page.locator("[name=licences]").first.fill("0")
    visit.page.keyboard.press("Tab")
    _answered(visit, "Cost of calls: ")
    booked, as_if = (float(text.strip("$")) for text in _measures(visit)["charges"])
    checks.equal("calls cost more without licences", as_if > booked, True)
    visit.open("overview")
    visit.open("what-if")
    visit.page.get_by_role("combobox", name="Rate card").select_option(SECOND_CARD)
    _answered(visit, "On the other rate card, ")
    same = _measures(visit)["charges"]
    checks.equal("the cost on a card with the same prices", same[1], same[0])


def is_told_what_is_wrong(visit: Visit, checks: Checks) -> None:
    """A period with too many calls is refused in words, without pictures; another one is shown again."""
    visit.open("what-if")
    visit.page.route("**/what-if", lambda route: route.fulfill(status=400, json=TOO_LONG))
    visit.page.get_by_role("combobox", name="Period").select_option(index=1)
    visit.page.get_by_text("The period has too many calls. Choose a shorter one.").wait_for()
    checks.equal("pictures of a refused period", visit.page.locator("[data-measure]:visible").count(), 0)
    visit.page.unroute("**/what-if")
    visit.page.get_by_role("combobox", name="Period").select_option("30")
    visit.page.locator("[data-measure]:visible").first.wait_for()
    checks.equal("the refusal is gone", visit.page.get_by_text("too many calls").count(), 0)


def takes_over_what_if(visit: Visit, checks: Checks) -> None:
    """The amounts of the sliders stand in the form of the settings, and nothing is saved yet."""
    visit.open("what-if")
    visit.page.get_by_role("slider", name="Trigger amount").press("Home")
    visit.page.get_by_role("slider", name="Recharge amount").press("End")
    visit.settle()
    visit.press("Take over into the settings")
    visit.page.get_by_text("They count once you save them").wait_for()
    handed = tuple(
        visit.page.locator(f"[name={name}]").input_value() for name in ("trigger", "amount", "largestCharge")
    )
    checks.equal(
        "what is handed over: nothing, the monthly cap, and no largest charge below it", handed, ("0", "300", "")
    )
    visit.open("auto-recharge")
    checks.equal("the trigger as it is set", visit.page.locator("[name=trigger]").input_value(), "20")


def moves_the_clock(visit: Visit, checks: Checks) -> None:
    """The slider of the start page moves the ledger by as many days as it says."""
    visit.page.goto(visit.address)
    before = _time(visit)
    visit.page.get_by_role("slider", name="Days ahead").press("Home")
    visit.page.get_by_role("button", name="Move the clock").click()
    visit.page.get_by_role("link", name="See it in the portal").wait_for()
    checks.equal("days that the clock moved", (_time(visit) - before).days, 1)
    checks.equal("the start page: axe", visit.violations(), [])


def _answered(visit: Visit, text: str) -> None:
    visit.page.locator(".results [role=status]", has_text=text).wait_for()
    visit.settle()


def _measures(visit: Visit) -> dict[str, tuple[str, str]]:
    """Each measure's text as booked and as if."""
    found: list[Any] = visit.page.locator("[data-measure]").evaluate_all(MEASURES)
    return {name: (booked, as_if) for name, booked, as_if in found}


def _time(visit: Visit) -> datetime:
    """The ledger's time, as the start page reads it."""
    return parse_instant(visit.page.evaluate("async () => (await (await fetch('/time')).json()).now"))
