"""When an open refund is checked without any request (R6)."""

from datetime import datetime, timedelta

from shared.kernel.times import next_backoff
from shared.ledger.refund import Refund

FIRST_CHECK_AFTER, CHECK_PAUSE_MAX = timedelta(seconds=120), timedelta(hours=2)
"""The shortest and longest pause between checks of an open refund. Each pause is as long as the refund has been open,
within these limits. A webhook is expected; the checks are for the case that it never arrives.
"""

LISTED_AFTER = timedelta(hours=1)
"""How old a refund is when the provider's refunds are listed before it is asked again. The provider may forget a key
after a day, and would then refund a second time.
"""


def next_check(refund: Refund, *, after: datetime) -> datetime | None:
    """The first instant after *after* at which an open refund must be checked."""
    return next_backoff(refund.created_at, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX) if refund.is_open else None
