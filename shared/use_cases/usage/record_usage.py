"""Record usage: each call is debited exactly once, whatever else is in the message (R10, R24, CONTRACT 1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.ledger.book import Refused, Terms
from shared.posting.decision import Answer, Conflict, Duplicate, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.calls.call_facts import facts_of
from shared.use_cases.usage.account_missing import UNKNOWN, newer_terms, why_refused
from shared.use_cases.usage.book_call import BookableCall, bookable, post_call
from shared.use_cases.usage.bounded_concurrency import for_each
from shared.use_cases.usage.call import flaw_in_time, read_call
from shared.use_cases.usage.envelope import Named, read_message
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.suspend import suspend, suspend_nameless, unattributed

OTHER_CONTENT = Unbookable(Reason.CONFLICT, "the same source and id came before, with other content")
TRIED_TOO_OFTEN = Unbookable(Reason.POISON, "every try to book it failed")

EVENTS_AT_ONCE = 200
"""Events of one message processed at the same time: twice what a commit holds, so that the next group is ready when one
is written. The storage calls and the memory of one message at any moment do not grow with the number of its events.
"""

ACCOUNTS_AT_ONCE = 20
"""Accounts of one message whose terms are read at the same time."""


class Outcome(StrEnum):
    """The outcome of one event of a message."""

    BOOKED = "booked"
    DUPLICATE = "duplicate"  # settled before: booked or in suspense
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcome of one event; *reason* if it is now in suspense."""

    outcome: Outcome
    reason: Reason | None = None


BOOKED, DUPLICATE = Recorded(Outcome.BOOKED), Recorded(Outcome.DUPLICATE)

TermsByAccount: TypeAlias = Mapping[AccountId, Terms | Exception | None]
"""The terms of a message's accounts, each read once, or the exception: if one cannot be read, the others continue."""

Work: TypeAlias = Callable[[Services, Named, Terms | None], Awaitable[Recorded]]


async def record_usage(services: Services, message: bytes) -> None:
    """Book every event of *message*, or put it into suspense.

    Returning acknowledges the message, so it returns only when every event's marker is known to be written. Otherwise
    it raises `UnavailableError`; when the message is delivered again, events that are already booked are duplicates.
    """
    items = read_message(message)
    with span("usage", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await record_items(services, items)


async def record_poison(services: Services, message: bytes) -> None:
    """Put every event of a message on which the queue has given up into suspense, unless it was booked."""
    items = read_message(message)
    with span("usage-poison", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await _process_all(services, items, _suspend_poison)


async def record_items(services: Services, items: Sequence[Named | Nameless]) -> list[Recorded]:
    """Book each item, or put it into suspense, and return the outcomes: those of items without identity first."""
    return await _process_all(services, items, _record)


def _sender(items: Sequence[Named | Nameless]) -> object:
    """The sender's `traceparent` (CloudEvents' distributed tracing extension). Several events may have different ones,
    so a message with more than one event begins a new trace.
    """
    only = items[0] if len(items) == 1 else None
    envelope = only.element.value if isinstance(only, Named) else None
    return envelope.get(TRACEPARENT) if isinstance(envelope, dict) else None


async def _process_all(services: Services, items: Sequence[Named | Nameless], work: Work) -> list[Recorded]:
    """Carry out *work* for each event independently. The first exception is raised after all are done."""
    named = [item for item in items if isinstance(item, Named)]
    payers = await _terms_by_account(services, named)

    async def one(item: Named) -> Recorded:
        payer = payers[item.account]
        if isinstance(payer, Exception):
            raise payer
        return await work(services, item, payer)

    outcomes = await for_each(named, one, EVENTS_AT_ONCE)
    nameless = await _keep_nameless(services, [item for item in items if isinstance(item, Nameless)])
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return [*nameless, *(outcome for outcome in outcomes if isinstance(outcome, Recorded))]


async def _terms_by_account(services: Services, named: Sequence[Named]) -> TermsByAccount:
    accounts = list(dict.fromkeys(item.account for item in named))
    return dict(zip(accounts, await for_each(accounts, services.terms, ACCOUNTS_AT_ONCE), strict=True))


async def _keep_nameless(services: Services, items: Sequence[Nameless]) -> list[Recorded]:
    if not items:
        return []
    new = await suspend_nameless(services, items)
    recorded = []
    for item in items:
        recorded.append(Recorded(Outcome.SUSPENDED, item.flaw.reason) if item.raw in new else DUPLICATE)
        new.discard(item.raw)
    return recorded


async def _record(services: Services, item: Named, terms: Terms | None) -> Recorded:
    if terms is None:
        return await _suspend(services, item, UNKNOWN, unattributed(services))
    call = await rate(services, item, terms) if terms.closed_at is None else UNKNOWN
    if isinstance(call, Unbookable):
        return await _suspend(services, item, call, terms)
    answer = await post_call(services, item, call, item.event, terms.epoch)
    if isinstance(answer, Refused) and (now := await newer_terms(services, terms)):
        return await _record(services, item, now)
    return await _handle_settled(services, item, answer, terms) or BOOKED


async def _suspend_poison(services: Services, item: Named, terms: Terms | None) -> Recorded:
    return await _suspend(services, item, TRIED_TOO_OFTEN, terms or unattributed(services))


async def _suspend(services: Services, item: Named, unbookable: Unbookable, home: Terms) -> Recorded:
    answer = await suspend(services, item, unbookable, event=item.event, kind=MarkerKind.SUSPENDED, home=home)
    if isinstance(answer, Refused) and home.account != UNATTRIBUTED and (now := await newer_terms(services, home)):
        return await _suspend(services, item, unbookable, now)
    return await _handle_settled(services, item, answer, home) or Recorded(Outcome.SUSPENDED, unbookable.reason)


async def _handle_settled(services: Services, item: Named, answer: Answer, home: Terms) -> Recorded | None:
    """The outcome of an event that was not new, or was refused; None when it was new. A duplicate has no effect. Other
    content under the same identity is recorded as a conflict and kept. A refusal means that an account which this
    process had cached is closed or has lost its head: its usage goes into suspense.
    """
    if isinstance(answer, Refused):
        return await _suspend(services, item, await why_refused(services, item, answer), unattributed(services))
    if isinstance(answer, Duplicate):
        return DUPLICATE
    if not isinstance(answer, Conflict):
        return None
    return await _keep_conflict(services, item, home)


async def _keep_conflict(services: Services, item: Named, home: Terms) -> Recorded:
    """Suspend the conflict under the event that 0.1.0 uses, so that both versions recognise it while both run. If
    another conflict has that event, which differs only in what 0.1.0 does not compare, use the event of its whole
    content.
    """
    own, shared, *older = item.conflicts()
    markers = await reads.markers(services.ledger.table, home.account, [own, *older])
    if any(event.key in markers and event.is_settled_by(markers[event.key]) for event in (own, *older)):
        return DUPLICATE
    answer: Answer | None = None
    for event in (shared, own):
        answer = await suspend(services, item, OTHER_CONTENT, event=event, kind=MarkerKind.CONFLICT, home=home)
        if not isinstance(answer, Conflict):
            break
    if isinstance(answer, Refused):
        return await _suspend(services, item, await why_refused(services, item, answer), unattributed(services))
    return DUPLICATE if isinstance(answer, Duplicate) else Recorded(Outcome.SUSPENDED, Reason.CONFLICT)


async def rate(services: Services, item: Named, terms: Terms) -> BookableCall | Unbookable:
    """The call with its rate by the card in force when it began, or why it cannot be booked."""
    if item.flaw is not None:
        return item.flaw
    call = read_call(item.data, terms.country)
    if isinstance(call, Unbookable):
        return call
    flaw = flaw_in_time(call, terms, now=services.clock.now())
    if flaw is not None:
        return flaw
    facts = await facts_of(services, call, terms, call.startedAt)
    return facts if isinstance(facts, Unbookable) else await bookable(services, item, call, facts)
