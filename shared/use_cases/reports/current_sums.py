"""The sums of an account as of its last page: what a report is made from."""

import json

from shared.kernel.ids import AccountId
from shared.ports import Queues
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.use_cases.reports.roll_up import Reached, roll_up

REPORTS = "reports"
"""The queue of work on reports that no request waits for."""

PAGES_MAX = 1_000
"""Pages that one request adds to the sums at most. The queue keeps the sums close to the journal's end: more are
missing only when they have to be made again.
"""

PAGES_BEHIND = 100
"""Pages after which the sums are brought up to date without a request."""

RETRY_SECONDS = 5


async def current_sums(services: Services, account: AccountId, last: int) -> Reached:
    """Bring the sums up to page *last*, and return what they have reached. If too many pages are missing, the queue
    goes on, and the request is refused as `unavailable` with a time to try again.
    """
    now = await roll_up(services, account, last, PAGES_MAX)
    if now.sequence < last:
        await request_roll_up(services.queues, account)
        raise ProblemError("unavailable", "the account's sums are being made; try again", retry_after=RETRY_SECONDS)
    return now


async def request_roll_up(queues: Queues, account: AccountId) -> None:
    """Have the queue bring the account's sums up to date."""
    await queues.send(REPORTS, json.dumps({"kind": "rollUp", "account": account}))
