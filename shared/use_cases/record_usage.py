"""Record usage: each call debited exactly once, whatever else is in the message (R10, R24, CONTRACT 1)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from opentelemetry.trace import SpanKind

from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import Change
from shared.ledger.debit import Charge, debit
from shared.posting.decision import Answer, Conflict, Decision, MarkKind
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.usage.call import flaw_in_time, read_call
from shared.use_cases.usage.envelope import Named, Nameless, Reason, Unbookable, read_message
from shared.use_cases.usage.price import price
from shared.use_cases.usage.suspend import suspend, suspend_nameless, unattributed

UNKNOWN = Unbookable(Reason.UNKNOWN_ACCOUNT, "no such account")
HEAD_LOST = Unbookable(Reason.UNKNOWN_ACCOUNT, "the account's head is lost")
OTHER_CONTENT = Unbookable(Reason.CONFLICT, "the same source and id came before, with other content")
TRIED_TOO_OFTEN = Unbookable(Reason.POISON, "every try to book it failed")


async def record_usage(services: Services, message: bytes) -> None:
    """Book every event of *message*, or put it into suspense.

    Returning acknowledges the message, so it returns only when every event's marker is proved. Raises
    `UnavailableError` otherwise; what was booked by then is a duplicate when the message comes back.
    """
    items = read_message(message)
    with span("usage", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await _recorded(services, items)


async def _recorded(services: Services, items: Sequence[Named | Nameless]) -> None:
    for account in dict.fromkeys(item.account for item in items if isinstance(item, Named)):
        await services.terms(account)
    await _all([_record(services, item) for item in items])


async def record_poison(services: Services, message: bytes) -> None:
    """What the queue gave up on: every event of it that was not booked goes into suspense."""
    items = read_message(message)
    with span("usage-poison", SpanKind.CONSUMER, parent=_sender(items), attributes={"credits.events": len(items)}):
        await _all([_bury(services, item) for item in items])


def _sender(items: Sequence[Named | Nameless]) -> object:
    """The sender's place in a trace, by CloudEvents' distributed tracing extension; of several events each may have its
    own, so the message begins a trace.
    """
    only = items[0] if len(items) == 1 else None
    return only.element.get(TRACEPARENT) if isinstance(only, Named) and isinstance(only.element, dict) else None


async def _all(records: Sequence[Awaitable[None]]) -> None:
    """Carry each out; the good ones are booked whatever the others are. A single one, as in most messages, needs no
    task of its own.
    """
    if len(records) == 1:
        await records[0]
        return
    outcomes = await asyncio.gather(*records, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0]


async def _record(services: Services, item: Named | Nameless) -> None:
    if isinstance(item, Nameless):
        await suspend_nameless(services, item)
        return
    terms = await services.terms(item.account)
    if terms is None:
        await _suspend(services, item, UNKNOWN, unattributed(services))
        return
    charge = await rate(services, item, terms)
    if isinstance(charge, Unbookable):
        await _suspend(services, item, charge, terms)
        return
    answer = await services.ledger.post(item.account, Decision(debit_of(charge), item.event))
    await _told_apart(services, item, answer, terms)


async def _bury(services: Services, item: Named | Nameless) -> None:
    if isinstance(item, Nameless):
        await suspend_nameless(services, item)
        return
    terms = await services.terms(item.account)
    await _suspend(services, item, TRIED_TOO_OFTEN, terms or unattributed(services))


async def _suspend(services: Services, item: Named, why: Unbookable, home: Terms) -> None:
    answer = await suspend(services, item, why, event=item.event, kind=MarkKind.SUSPENDED, home=home)
    await _told_apart(services, item, answer, home)


async def _told_apart(services: Services, item: Named, answer: Answer, home: Terms) -> None:
    """A duplicate has no effect. Other content under the same identity is a conflict of its own: marked and kept. An
    account that this process knows and that is no longer there has lost its head: its usage waits for the rebuild.
    """
    if isinstance(answer, Refused):
        await _suspend(services, item, HEAD_LOST, unattributed(services))
    elif isinstance(answer, Conflict):
        event = item.renamed(f"!{item.event.content}")
        kept = await suspend(services, item, OTHER_CONTENT, event=event, kind=MarkKind.CONFLICT, home=home)
        if isinstance(kept, Refused):
            await _suspend(services, item, HEAD_LOST, unattributed(services))


async def rate(services: Services, item: Named, terms: Terms) -> Charge | Unbookable:
    """What the call costs by the card in force when it began, or why it can not be booked."""
    if item.flaw is not None:
        return item.flaw
    call = read_call(item.data)
    if isinstance(call, Unbookable):
        return call
    flaw = flaw_in_time(call, terms, now=services.clock.now())
    return flaw or await price(services, item, call, terms)


def debit_of(charge: Charge) -> Callable[[Book, datetime], Change]:
    """The decision to spend *charge*."""

    def decide(book: Book, _now: datetime) -> Change:
        return debit(book, charge)

    return decide
