"""Record usage: each call debited exactly once, whatever else is in the message (R10, R24, CONTRACT 1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import Change
from shared.ledger.debit import Charge, debit
from shared.posting.decision import Answer, Conflict, Decision, Duplicate, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.usage.account_missing import UNKNOWN, moved_on, why_refused
from shared.use_cases.usage.bounded_concurrency import for_each
from shared.use_cases.usage.call import flaw_in_time, read_call
from shared.use_cases.usage.envelope import Named, read_message
from shared.use_cases.usage.price import price
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.suspend import suspend, suspend_nameless, unattributed

OTHER_CONTENT = Unbookable(Reason.CONFLICT, "the same source and id came before, with other content")
TRIED_TOO_OFTEN = Unbookable(Reason.POISON, "every try to book it failed")

EVENTS_AT_ONCE = 200
"""Events of one message in flight: twice what a commit holds, so that the next group is there when one is written. What
a message makes of storage calls and memory at any moment does not grow with how it is filled.
"""

ACCOUNTS_AT_ONCE = 20
"""Accounts of one message looked up at a time."""


class Outcome(StrEnum):
    """What became of one event of a message."""

    BOOKED = "booked"
    DUPLICATE = "duplicate"  # settled before: booked or in suspense
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one event; *reason* when it is in suspense now."""

    outcome: Outcome
    reason: Reason | None = None


BOOKED, DUPLICATE = Recorded(Outcome.BOOKED), Recorded(Outcome.DUPLICATE)

Payers: TypeAlias = Mapping[AccountId, Terms | Exception | None]
"""The accounts of one message, each looked up once. An outage of one is no reason to keep back the others."""

Work: TypeAlias = Callable[[Services, Named, Terms | None], Awaitable[Recorded]]


async def record_usage(services: Services, message: bytes) -> None:
    """Book every event of *message*, or put it into suspense.

    Returning acknowledges the message, so it returns only when every event's marker is proved. Raises
    `UnavailableError` otherwise; what was booked by then is a duplicate when the message comes back.
    """
    items = read_message(message)
    with span("usage", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await record_items(services, items)


async def record_poison(services: Services, message: bytes) -> None:
    """What the queue gave up on: every event of it that was not booked goes into suspense."""
    items = read_message(message)
    with span("usage-poison", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await _all(services, items, _bury)


async def record_items(services: Services, items: Sequence[Named | Nameless]) -> list[Recorded]:
    """Book each, or put it into suspense, and return what became of them: those without identity first."""
    return await _all(services, items, _record)


def _sender(items: Sequence[Named | Nameless]) -> object:
    """The sender's place in a trace, by CloudEvents' distributed tracing extension; of several events each may have its
    own, so the message begins a trace.
    """
    only = items[0] if len(items) == 1 else None
    envelope = only.element.value if isinstance(only, Named) else None
    return envelope.get(TRACEPARENT) if isinstance(envelope, dict) else None


async def _all(services: Services, items: Sequence[Named | Nameless], work: Work) -> list[Recorded]:
    """Carry out *work* for each event; the good ones are booked whatever the others are. What failed is raised when
    all are through.
    """
    named = [item for item in items if isinstance(item, Named)]
    payers = await _payers(services, named)

    async def one(item: Named) -> Recorded:
        payer = payers[item.account]
        if isinstance(payer, Exception):
            raise payer
        return await work(services, item, payer)

    outcomes = await for_each(named, one, EVENTS_AT_ONCE)
    kept = await _keep_nameless(services, [item for item in items if isinstance(item, Nameless)])
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return [*kept, *(outcome for outcome in outcomes if isinstance(outcome, Recorded))]


async def _payers(services: Services, named: Sequence[Named]) -> Payers:
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
    charge = await rate(services, item, terms) if terms.closed_at is None else UNKNOWN
    if isinstance(charge, Unbookable):
        return await _suspend(services, item, charge, terms)
    decision = Decision(debit_of(charge), item.event, epoch=terms.epoch)
    answer = await services.ledger.post(item.account, decision)
    if isinstance(answer, Refused) and (now := await moved_on(services, terms)):
        return await _record(services, item, now)
    return await _told_apart(services, item, answer, terms) or BOOKED


async def _bury(services: Services, item: Named, terms: Terms | None) -> Recorded:
    return await _suspend(services, item, TRIED_TOO_OFTEN, terms or unattributed(services))


async def _suspend(services: Services, item: Named, why: Unbookable, home: Terms) -> Recorded:
    answer = await suspend(services, item, why, event=item.event, kind=MarkerKind.SUSPENDED, home=home)
    if isinstance(answer, Refused) and home.account != UNATTRIBUTED and (now := await moved_on(services, home)):
        return await _suspend(services, item, why, now)
    return await _told_apart(services, item, answer, home) or Recorded(Outcome.SUSPENDED, why.reason)


async def _told_apart(services: Services, item: Named, answer: Answer, home: Terms) -> Recorded | None:
    """None when the event was new. A duplicate has no effect. Other content under the same identity is a conflict of
    its own: marked and kept. An account that this process knows and that is no longer there is closed, or has lost its
    head: then its usage waits for the rebuild.
    """
    if isinstance(answer, Refused):
        return await _suspend(services, item, await why_refused(services, item, answer), unattributed(services))
    if isinstance(answer, Duplicate):
        return DUPLICATE
    if not isinstance(answer, Conflict):
        return None
    return await _keep_conflict(services, item, home)


async def _keep_conflict(services: Services, item: Named, home: Terms) -> Recorded:
    """Under the name that 0.1.0 gives it, so that both know it while both run; under one of its own where that is taken
    by a conflict which differs in what 0.1.0 does not compare.
    """
    own, shared, *older = item.conflicts()
    markers = await reads.markers(services.ledger.table, home.account, [own, *older])
    if any(event.key in markers and event.is_settled_by(markers[event.key]) for event in (own, *older)):
        return DUPLICATE
    kept: Answer | None = None
    for event in (shared, own):
        kept = await suspend(services, item, OTHER_CONTENT, event=event, kind=MarkerKind.CONFLICT, home=home)
        if not isinstance(kept, Conflict):
            break
    if isinstance(kept, Refused):
        return await _suspend(services, item, await why_refused(services, item, kept), unattributed(services))
    return DUPLICATE if isinstance(kept, Duplicate) else Recorded(Outcome.SUSPENDED, Reason.CONFLICT)


async def rate(services: Services, item: Named, terms: Terms) -> Charge | Unbookable:
    """What the call costs by the card in force when it began, or why it cannot be booked."""
    if item.flaw is not None:
        return item.flaw
    call = read_call(item.data, terms.country)
    if isinstance(call, Unbookable):
        return call
    flaw = flaw_in_time(call, terms, now=services.clock.now())
    return flaw or await price(services, item, call, terms)


def debit_of(charge: Charge) -> Callable[[Book, datetime], Change]:
    """The decision to spend *charge*."""

    def decide(book: Book, _now: datetime) -> Change:
        return debit(book, charge)

    return decide
