"""A purchase by hand: its lifecycle, from the click to its end (R1)."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.times import next_backoff
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.intent import Intent, IntentState

LIFECYCLE = {  # state -> the payment's state at the provider -> next state; a missing key changes nothing
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
"""The shortest and longest pause between checks of an open purchase. Each pause is as long as the purchase has been
open, within these limits. A webhook is expected; the checks are for the case that it never arrives.
"""

ABANDONED_AFTER = timedelta(hours=24)
"""After this time an open purchase is cancelled. A buyer who has not answered the bank for a day will not answer, and
one who got no answer from the service for a day no longer expects a charge.
"""

IN_PROGRESS = timedelta(seconds=60)
"""How long the first request of a purchase is assumed to be running. A repeat of its key is refused during that time.
"""


def refused(book: Book, intent_id: str, reason: str, *, now: datetime) -> Change:
    """The card was refused. This is committed BEFORE the payment is cancelled: the webhook of the cancellation may be
    processed before the request that cancels it ends, and does not contain the reason.
    """
    intent = book.intents.get(intent_id)
    if intent is None or not intent.is_open or intent.reason:
        return NOTHING
    return Change(intents=(replace(intent, reason=reason, touched_at=now),))


def moved(book: Book, intent_id: str, event: str, *, now: datetime) -> Change:
    """Move the purchase after *event*, the payment's state at the provider. A purchase whose card was refused ends as
    declined, although its payment is cancelled.
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
    """Whether an open purchase must be cancelled because it is too old."""
    return now >= intent.created_at + ABANDONED_AFTER


def next_check(intent: Intent, *, after: datetime) -> datetime | None:
    """The first instant after *after* at which an open purchase must be checked without any request."""
    if not intent.is_open:
        return None
    end = intent.created_at + ABANDONED_AFTER
    if after >= end:
        return next_backoff(end, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX)
    return min(end, next_backoff(intent.created_at, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX))
