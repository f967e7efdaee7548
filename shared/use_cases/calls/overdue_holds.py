"""Holds that are past their time-out while the timer, which comes every minute, has not ended them (CONTRACT 2.2)."""

from datetime import datetime, timedelta

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.pin import time_out
from shared.posting.decision import Answer, Decision
from shared.service.services import Services
from shared.use_cases.calls.afford import Denied

ROWS_MAX = 90
"""Rows that one commit changes for them, beside head and page, of a hundred."""

ROUNDS_MAX = 5
"""Commits that end overdue holds before a "no" is final: one ends as many as it has room for."""


async def post_after_overdue(services: Services, account: AccountId, decision: Decision) -> Answer:
    """The answer to *decision*. A "no" is given only once no overdue hold keeps money or minutes set aside."""
    answer = await services.ledger.post(account, decision)
    for _ in range(ROUNDS_MAX):
        if not isinstance(answer, Denied) or not answer.is_behind_overdue:
            break
        await services.ledger.post(account, _ends_overdue(services.rules.grace))
        answer = await services.ledger.post(account, decision)
    return answer


def _pools_of_holds(book: Book) -> tuple[str, ...]:
    """The keys of the pools in which open holds have set seconds aside: a hold that times out gives them back."""
    return tuple(dict.fromkeys(hold.pool for hold in book.holds.values() if hold.pool))


def _ends_overdue(grace: timedelta) -> Decision:
    def decide(book: Book, now: datetime) -> Change | None:
        change = time_out(book, grace, now=now, rows_max=ROWS_MAX)
        return None if change is NOTHING else change

    return Decision(decide, pools=_pools_of_holds)
