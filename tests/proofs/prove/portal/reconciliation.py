"""A carrier's export in the portal: an operator compares it, sees each difference, and downloads the dispute sheet."""

from io import BytesIO
from pathlib import Path

import openpyxl

from local.demo.clients import ROLES
from local.history.carrier_bill import FORMAT, PLANTED, bill, calls_of, last_month
from local.history.organisation import ACCOUNT
from local.machine.machine import Machine
from local.machine.service_client import ServiceClient
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.portal.visit import Visit

UNREADABLE = b"these are no call records\n"


def compares_a_bill(visit: Visit, machine: Machine, checks: Checks) -> None:
    """The bill of a month with planted differences: each class is counted, and the sheet has them all."""
    first, end = last_month(machine.now())
    with ServiceClient(machine.instance, ACCOUNT, ROLES) as service:
        content = bill(calls_of(service, first, end))
    visit.open("reconciliations")
    checks.equal("the account that is compared", visit.page.locator("[name=account]").input_value(), ACCOUNT)
    send(visit, content)
    visit.page.get_by_text("Download the dispute sheet").wait_for()
    counted = visit.page.locator("table", has_text="In the export, not booked").first.locator("tbody tr")
    checks.equal("classes of difference", counted.count(), len(PLANTED))
    checks.equal("axe on a result", visit.violations(), [])
    with visit.page.expect_download() as expected:
        visit.press("Download the dispute sheet")
    rows = openpyxl.load_workbook(BytesIO(Path(expected.value.path()).read_bytes())).worksheets[0].max_row - 1
    checks.equal("lines of the dispute sheet", rows, sum(PLANTED.values()))
    checks.equal("its name", expected.value.suggested_filename.startswith("dispute-sheet-"), True)


def sees_why_a_file_was_not_compared(visit: Visit, _: Machine, checks: Checks) -> None:
    """A file that is none is told as such, and stays in the list."""
    visit.open("reconciliations")
    send(visit, UNREADABLE)
    told = visit.page.get_by_text("The export could not be compared")
    told.wait_for()
    checks.equal("an unreadable export", told.count(), 1)
    visit.open("reconciliations")
    checks.equal("it is listed", visit.page.locator("tbody tr", has_text="Not readable").count(), 1)


def is_refused_without_the_role(visit: Visit, checks: Checks) -> None:
    """An administrator does not find the page in the menu, and is told why at its address."""
    link = visit.page.locator('nav a[href="#/reconciliations"]')
    checks.equal("reconciliation in the menu of a reader", link.count(), 0)
    visit.page.evaluate("() => { location.hash = '#/reconciliations'; }")
    visit.page.get_by_text("Credits.Operate").wait_for()
    checks.equal("forms for a reader", visit.page.locator("form").count(), 0)


def send(visit: Visit, content: bytes) -> None:
    """Choose a file and its format, and have it compared."""
    file = {"name": "bill.csv", "mimeType": "text/csv", "buffer": content}
    visit.page.locator("[name=file]").set_input_files(file)
    visit.page.locator("[name=format]").select_option(FORMAT)
    visit.press("Compare")
