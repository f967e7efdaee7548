"""When time alone changes what an account can spend: the alarms of a replay. Reminders of people are not among them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.eligibility.eligibility import next_change
from shared.ledger.book import Book
from shared.ledger.expire import next_expiry_check
from shared.ledger.settle import is_unsettled
from shared.ledger.slot import SlotState

SECOND = timedelta(seconds=1)


def next_due(book: Book, grace: timedelta, *, now: datetime) -> datetime | None:
    """The first instant after *now* at which something is due. What one commit could not finish is due in a second."""
    found = min(_waits(book, grace, now), default=None)
    return max(found, now + SECOND) if found is not None else None


def _waits(book: Book, grace: timedelta, now: datetime) -> Iterator[datetime]:
    for lot in book.lots.values():
        check = next_expiry_check(lot, grace, now=now)
        if check is not None:
            yield check
    yield from (hold.until for hold in book.holds.values())
    change = next_change(book.entitlements, now)
    if change is not None:
        yield change
    if book.slot.state is SlotState.IDLE and book.pause.until is not None and book.pause.until > now:
        yield book.pause.until
    if book.slot.state is SlotState.DECLINED and book.slot.retry_at is not None and book.slot.retry_at > now:
        yield book.slot.retry_at
    if is_unsettled(book, now=now):
        yield now
