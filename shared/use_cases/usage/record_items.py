"""Book events, or put them into suspense: each exactly once, whatever else is recorded with it (R10, R24)."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.ids import AccountId
from shared.ledger.book import Refused, Terms
from shared.ports import UnavailableError
from shared.posting.decision import Answer, Conflict, Duplicate, Marker, MarkerKind, Posted
from shared.posting.journal import reads
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.use_cases.calls.call_facts import facts_of
from shared.use_cases.usage.account_missing import UNKNOWN, newer_terms, why_refused
from shared.use_cases.usage.book_call import FREE, BookableCall, bookable, post_call
from shared.use_cases.usage.bounded_concurrency import for_each
from shared.use_cases.usage.call import flaw_in_time, read_call
from shared.use_cases.usage.envelope import ROW, Named
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.suspend import REASON, suspend, suspend_nameless, unattributed

log = logging.getLogger(__name__)

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
    """The outcome of one event; *reason* if it is now in suspense. *is_free*: it was booked, and costs nothing."""

    outcome: Outcome
    reason: Reason | None = None
    is_free: bool = False


DUPLICATE = Recorded(Outcome.DUPLICATE)

TermsByAccount: TypeAlias = Mapping[AccountId, Terms | Exception | None]
"""The terms of a message's accounts, each read once, or the exception: if one cannot be read, the others continue."""

Work: TypeAlias = Callable[[Services, Named, Terms | None], Awaitable[Recorded]]


async def record_items(services: Services, items: Sequence[Named | Nameless]) -> list[Recorded]:
    """Book each item, or put it into suspense, and return the outcomes: those of items without identity first."""
    return await _process_all(services, items, _record)


async def record_rows(services: Services, items: Sequence[Named | Nameless]) -> list[Recorded]:
    """Like `record_items`, for rows of a file. A row whose booking fails for another reason than an outage is put into
    suspense as `poison`, because the queue tries a file as a whole.
    """
    return await _process_all(services, items, _record_row)


async def suspend_items(services: Services, items: Sequence[Named | Nameless]) -> list[Recorded]:
    """Put each item of a message on which the queue has given up into suspense, unless it was booked."""
    return await _process_all(services, items, _suspend_poison)


async def _process_all(services: Services, items: Sequence[Named | Nameless], work: Work) -> list[Recorded]:
    """Carry out *work* for each event independently, but for those of one name, of which the first goes before: it is
    booked, and one with other content is the conflict. The first exception is raised after all are done.
    """
    named = [item for item in items if isinstance(item, Named)]
    payers = await _terms_by_account(services, named)

    async def one(item: Named) -> Recorded:
        payer = payers[item.account]
        if isinstance(payer, Exception):
            raise payer
        return await work(services, item, payer)

    firsts: dict[tuple[AccountId, str], Named] = {}
    for item in named:
        firsts.setdefault((item.account, item.id), item)
    first = await for_each(list(firsts.values()), one, EVENTS_AT_ONCE)
    failed = {name for name, outcome in zip(firsts, first, strict=True) if isinstance(outcome, Exception)}
    later = [item for item in named if (name := (item.account, item.id)) not in failed and firsts[name] is not item]
    outcomes = [*first, *await for_each(later, one, EVENTS_AT_ONCE)]
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


async def _record_row(services: Services, item: Named, terms: Terms | None) -> Recorded:
    try:
        return await _record(services, item, terms)
    except UnavailableError:
        raise
    except Exception:
        log.exception("a row of a file could not be booked")
        return await _suspend_poison(services, item, terms)


async def _record(services: Services, item: Named, terms: Terms | None) -> Recorded:
    if terms is None:
        return await _suspend(services, item, UNKNOWN, unattributed(services))
    call = await rate(services, item, terms) if terms.closed_at is None else UNKNOWN
    if isinstance(call, Unbookable):
        return await _suspend(services, item, call, terms)
    answer = await post_call(services, item, call, item.event, terms.epoch)
    if isinstance(answer, Refused) and (now := await newer_terms(services, terms)):
        return await _record(services, item, now)
    return await _handle_settled(services, item, answer, terms) or _booked(answer)


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
        return _earlier(item, answer.marker)
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
    for event in (own, *older):
        if event.key in markers and event.is_settled_by(markers[event.key]):
            return _earlier(item, markers[event.key])
    answer: Answer | None = None
    for event in (shared, own):
        answer = await suspend(services, item, OTHER_CONTENT, event=event, kind=MarkerKind.CONFLICT, home=home)
        if not isinstance(answer, Conflict):
            break
    if isinstance(answer, Refused):
        return await _suspend(services, item, await why_refused(services, item, answer), unattributed(services))
    conflict = Recorded(Outcome.SUSPENDED, Reason.CONFLICT)
    return _earlier(item, answer.marker) if isinstance(answer, Duplicate) else conflict


def _booked(answer: Answer) -> Recorded:
    """The outcome of a call that was booked now."""
    return Recorded(Outcome.BOOKED, is_free=isinstance(answer, Posted) and FREE in answer.result)


def _earlier(item: Named, marker: Marker) -> Recorded:
    """The outcome of an event that was settled before. If the very same row of the file settled it, in a run that was
    killed before it could count, that is its outcome; otherwise the row is a duplicate.
    """
    if not item.row or marker.result.get(ROW) != item.row:
        return DUPLICATE
    if marker.kind is MarkerKind.BOOKED:
        return Recorded(Outcome.BOOKED, is_free=FREE in marker.result)
    return Recorded(Outcome.SUSPENDED, Reason(marker.result[REASON]))


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
