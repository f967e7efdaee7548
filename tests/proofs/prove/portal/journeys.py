"""What an administrator does in the portal, from an empty account on. Each journey tells what it saw."""

from pathlib import Path

from tests.proofs.prove.checks import Checks
from tests.proofs.prove.portal.fraud_brake import sets_trips_and_releases
from tests.proofs.prove.portal.insight import (
    asks_for_licences_and_another_card,
    asks_what_if,
    is_told_what_is_wrong,
    sees_the_fan,
    takes_over_what_if,
)
from tests.proofs.prove.portal.reconciliation import (
    compares_a_bill,
    is_refused_without_the_role,
    sees_why_a_file_was_not_compared,
)
from tests.proofs.prove.portal.visit import Visit

THREE_D_SECURE, DECLINED = "pm_card_authenticationRequired", "pm_card_visa_chargeDeclinedInsufficientFunds"


def verdict(visit: Visit) -> tuple[str, str]:
    """The answer and the balance on the first page."""
    visit.open("overview")
    answer = visit.page.locator(".answer").get_attribute("data-verdict")
    return str(answer), str(visit.page.locator(".balance").get_attribute("data-balance"))


def field(visit: Visit, name: str) -> str:
    """The value of a field."""
    return str(visit.page.locator(f"[name={name}]").input_value())


def said(visit: Visit, text: str) -> bool:
    """Whether the page says *text*, at the latest when it has had its time."""
    visit.page.locator(".said", has_text=text).first.wait_for()
    return True


def buys_with_3d_secure(visit: Visit, checks: Checks) -> None:
    """An empty account cannot call; 50 dollars are bought, the bank asks, and auto-recharge is switched on with it."""
    checks.equal("at first", verdict(visit), ("no", "0.000000"))
    visit.open("funds")
    checks.equal("the amount suggested first", field(visit, "amount"), "50")
    checks.equal("auto-recharge is offered ticked", visit.page.locator("[name=arm]").is_checked(), True)
    visit.form().locator("#card").select_option(THREE_D_SECURE)
    visit.press("Buy now")
    visit.page.frame_locator("dialog iframe").get_by_role("button", name="Approve").click()
    checks.equal("a purchase with 3-D Secure", said(visit, "$50.00 were added"), True)
    checks.equal("after it", verdict(visit), ("yes", "50.000000"))


def is_declined(visit: Visit, checks: Checks) -> None:
    """A bank that says no, and a holder who does not confirm, leave the balance as it is."""
    visit.open("funds")
    visit.page.locator("[name=card]").select_option("new")
    visit.form().locator("#card").select_option(DECLINED)
    visit.press("Buy now")
    checks.equal("a declined card", said(visit, "insufficient funds"), True)
    visit.form().locator("#card").select_option(THREE_D_SECURE)
    visit.press("Buy now")
    visit.page.frame_locator("dialog iframe").get_by_role("button", name="Fail").click()
    checks.equal("a holder who refuses", said(visit, "The card was not charged"), True)
    checks.equal("after both", verdict(visit), ("yes", "50.000000"))


def changes_auto_recharge(visit: Visit, checks: Checks) -> None:
    """Settings are kept, a wrong amount is refused beside its field."""
    visit.open("auto-recharge")
    visit.page.locator("[name=trigger]").fill("20")
    visit.page.locator("[name=monthlyCap]").fill("300")
    visit.press("Save")
    checks.equal("settings", said(visit, "Saved."), True)
    visit.page.wait_for_timeout(1_600)
    visit.open("overview")
    visit.open("auto-recharge")
    checks.equal("the trigger, read again", (field(visit, "trigger"), field(visit, "monthlyCap")), ("20", "300"))
    visit.page.locator("[name=amount]").fill("5")
    visit.press("Save")
    checks.equal("an amount too small", said(visit, "smaller than the smallest"), True)


def stores_and_orders_cards(visit: Visit, checks: Checks) -> None:
    """A second card is stored, put first, and removed."""
    visit.open("cards")
    visit.form().locator("#card").select_option("pm_card_mastercard")
    visit.press("Store card")
    rows = visit.page.locator("tbody tr")
    visit.page.locator("tbody tr", has_text="4444").wait_for()
    visit.labelled("Charge first: 4444").click()
    visit.page.locator("tbody tr:first-child", has_text="4444").wait_for()
    checks.equal("cards", rows.count(), 2)
    visit.labelled("Remove card: 4444").click()
    visit.page.locator("dialog fluent-button", has_text="Remove card").click()
    visit.page.locator("tbody tr", has_text="4444").wait_for(state="detached")
    visit.settle()
    checks.equal("a removed card", rows.count(), 1)


def records_who_may_call(visit: Visit, checks: Checks) -> None:
    """A licence, a service number, a subscription, an administrator and an alert are recorded."""
    steps = {
        "licences": ({"user": "adele.vance"}, "Assign a licence", "adele.vance"),
        "numbers": ({"number": "+18005550199"}, "Register a number", "+18005550199"),
        "subscriptions": (
            {"id": "S-1", "usageLocation": "US", "from": "2026-01-01"},
            "Add a subscription",
            "S-1",
        ),
        "administrators": ({"address": "megan@contoso.example"}, "Add an administrator", "megan@contoso.example"),
    }
    for page, (values, button, shown) in steps.items():
        visit.open(page)
        for name, value in values.items():
            visit.page.locator(f"[name={name}]").fill(value)
        visit.press(button)
        visit.page.locator("tbody tr", has_text=shown).wait_for()
        checks.equal(f"{page}: rows", visit.page.locator("tbody tr").count(), 1)
    visit.page.locator("[name=lowBalance]").fill("40; 20")
    visit.press("Save")
    checks.equal("alerts", said(visit, "Saved."), True)


def asks_and_gives_back(visit: Visit, checks: Checks) -> None:
    """A price is looked up, the switch is tried without consequence, and credit goes back to the card."""
    visit.open("rates")
    visit.page.locator("[name=number]").fill("+44 20 7946 0123")
    visit.press("Look up the price")
    checks.equal("a price", said(visit, "Per minute"), True)
    visit.open("refunds")
    visit.labelled("Refund: ").click()
    visit.page.locator("dialog fluent-button", has_text="Refund").click()
    visit.page.locator("tbody tr", has_text="Refunded").wait_for()
    checks.equal("after the refund", verdict(visit)[1], "0.000000")


def reads_only(visit: Visit, checks: Checks) -> None:
    """A person who may only read sees every form, and can send none."""
    visit.open("auto-recharge")
    enabled = visit.page.locator("fieldset:not([disabled]) [name]").count()
    checks.equal("fields that a reader can change", enabled, 0)
    checks.equal("what a reader is told", visit.page.get_by_text("your role is Credits.Read only").count() > 0, True)


def downloads_a_statement(visit: Visit, checks: Checks) -> None:
    """The statement of the present month as a sheet, as CSV and with its proof."""
    visit.open("statements")
    for button, suffix in (("Excel", ".xlsx"), ("CSV", ".csv"), ("proof", ".proof")):
        with visit.page.expect_download() as expected:
            visit.press(button)
        name = expected.value.suggested_filename
        size = Path(expected.value.path()).stat().st_size
        checks.equal(f"the download for {button}", (name.endswith(suffix), size > 0), (True, True))


def uses_the_keyboard(visit: Visit, checks: Checks) -> None:
    """From the top of the page one key leads to the content, and the focus goes along to a new page."""
    visit.open("overview")
    visit.page.reload()
    visit.settle()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    focus = "() => document.activeElement.id || document.activeElement.tagName"
    checks.equal("the focus after skipping", visit.page.evaluate(focus), "content")
    visit.open("cards")
    checks.equal("the focus on a new page", visit.page.evaluate(focus), "H1")


JOURNEYS = (
    buys_with_3d_secure,
    is_declined,
    changes_auto_recharge,
    is_told_what_is_wrong,
    takes_over_what_if,
    stores_and_orders_cards,
    records_who_may_call,
    asks_and_gives_back,
    uses_the_keyboard,
)
"""What one administrator does, in this order."""

OPERATING = (sets_trips_and_releases, compares_a_bill, sees_why_a_file_was_not_compared)
"""What a person does who operates the service, too, on an account with history."""

READING = (
    reads_only,
    sees_the_fan,
    asks_what_if,
    asks_for_licences_and_another_card,
    downloads_a_statement,
    is_refused_without_the_role,
)
"""What a person does who may only read."""
