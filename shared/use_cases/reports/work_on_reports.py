"""Work on reports that no request waits for: the queue `reports` (R20)."""

import json
import logging

from shared.kernel.ids import AccountId
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.use_cases.reconciliation.compare_stored import compare_stored
from shared.use_cases.reports.current_sums import PAGES_MAX, request_roll_up
from shared.use_cases.reports.report_file import Wanted, write_file
from shared.use_cases.reports.roll_up import roll_up

log = logging.getLogger(__name__)


async def work_on_report(services: Services, message: bytes) -> None:
    """Do what one message asks for. If it is delivered again, the result is the same. Raises `UnavailableError`."""
    asked = json.loads(message)
    account = AccountId(asked["account"])
    if asked["kind"] == "rollUp":
        await _roll_up(services, account)
        return
    if asked["kind"] == "reconciliation":
        await compare_stored(services, account, asked["id"])
        return
    try:
        await write_file(services, Wanted(account, asked["what"], asked["form"], asked["query"], asked["path"]))
    except ProblemError as problem:
        if problem.code == "unavailable":
            raise
        log.warning("a report of %s cannot be written: %s", account, problem.code)  # closed since, for instance


async def _roll_up(services: Services, account: AccountId) -> None:
    """Bring the account's sums up to date, in portions: a long journal takes several messages."""
    book = await services.ledger.read_including_closed(account)
    if book is None:
        return
    now = await roll_up(services, account, book.position.sequence, PAGES_MAX)
    if now.sequence < book.position.sequence:
        await request_roll_up(services.queues, account)
