"""A purchase by hand: its lifecycle, from the click to its end (R1)."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.times import next_growing
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.intent import Intent, IntentState

LIFECYCLE = {  # state -> what the provider says -> next; a missing key leaves it as it is
    IntentState.PROCESSING: {
        "succeeded": IntentState.SUCCEEDED,
        "declined": IntentState.DECLINED,
        "requiresAction": IntentState.REQUIRES_ACTION,
        "cancelled": IntentState.CANCELLED,
    },
    IntentState.REQUIRES_ACTION: {
        "succeeded": IntentState.SUCCEEDED,
        "declined": IntentState.DECLINED,
        "cancelled": IntentState.CANCELLED,
    },
}

FIRST_CHECK_AFTER, CHECK_PAUSE_MAX = timedelta(seconds=120), timedelta(hours=2)
"""The pauses between looks at an open purchase, should nobody bring news of it: as long again as it has been open,
between the two. A webhook is expected; a look is for the case that it never comes."""

ABANDONED_AFTER = timedelta(hours=24)
"""A buyer who has not answered the bank for a day will not, and one who got no answer from us for a day expects no
charge any more: the purchase is cancelled.
"""

IN_PROGRESS = timedelta(seconds=60)
"""How long the first request of a purchase is taken to be still running: a repeat of its key is told so."""


def refused(book: Book, intent_id: str, reason: str, *, now: datetime) -> Change:
    """The card was refused. Committed BEFORE the payment is cancelled: the news of that cancellation may be faster than
    whoever asked for it, and would know no reason.
    """
    intent = book.intents.get(intent_id)
    if intent is None or not intent.is_open or intent.reason:
        return NOTHING
    return Change(intents=(replace(intent, reason=reason, touched_at=now),))


def moved(book: Book, intent_id: str, event: str, *, now: datetime) -> Change:
    """The purchase after the provider's word; nothing when that changes nothing. One whose card was refused ends as
    declined, though what ends its payment is a cancellation.
    """
    intent = book.intents.get(intent_id)
    if intent is not None and intent.reason and event == IntentState.CANCELLED:
        event = IntentState.DECLINED
    state = LIFECYCLE.get(intent.state, {}).get(event) if intent else None
    if intent is None or state is None:
        return NOTHING
    reason = intent.reason if state is IntentState.DECLINED else ""
    return Change(intents=(replace(intent, state=state, reason=reason, touched_at=now),))


def is_abandoned(intent: Intent, *, now: datetime) -> bool:
    """Whether an open purchase is to be cancelled rather than waited for or gone on with."""
    return now >= intent.created_at + ABANDONED_AFTER


def next_check(intent: Intent, *, after: datetime) -> datetime | None:
    """The first instant behind *after* at which an open purchase must be looked at though nobody asks."""
    if not intent.is_open:
        return None
    end = intent.created_at + ABANDONED_AFTER
    if after >= end:
        return next_growing(end, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX)
    return min(end, next_growing(intent.created_at, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX))
