"""Replay an item in suspense (R24): try to book it again; it is booked once, however often it is sent or replayed."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Refused
from shared.ports import Suspended, SuspenseState
from shared.posting.decision import Conflict, Duplicate, Event, MarkerKind, Posted
from shared.posting.journal import reads
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from shared.use_cases.imports.import_file import restart_file
from shared.use_cases.usage.account_missing import why_not_bookable, why_refused
from shared.use_cases.usage.book_call import BookableCall, post_call
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed, read_element
from shared.use_cases.usage.read_events import FILE, read_suspended_bytes, type_of
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.record_items import (
    OTHER_CONTENT,
    Outcome,
    Recorded,
    rate,
    record_items,
)
from shared.use_cases.usage.suspend import raw_of
from shared.views.suspense import suspended_json

_NAME = re.compile(r"[0-9a-z-]{1,100}")
"""The form of an item's id. Other ids are not passed to the storage, which limits the length of keys."""

UNBOOKED = frozenset({SuspenseState.OPEN, SuspenseState.DISMISSED})
"""The states in which an item can be replayed: dismissing an item can be undone by replaying it."""

REPLAY = "#r1"
"""The suffix of the event for a replay in the account's own partition, where the event's own marker is "suspended"."""


async def replay_suspended(services: Services, request: Request) -> Reply:
    """200 with the item: `replayed` when it is booked; otherwise still `open` or `dismissed`, with its current reason.
    For bytes that are read again, `replay` has the outcomes of the events in them.
    """
    item = await find_suspended(services, request.path["item"])
    if item.state not in UNBOOKED:
        return Reply(200, suspended_json(item))
    done: dict[str, object] = {}
    if item.event is None:
        unbookable, found = await _read_again(services, item)
        done = {"replay": _counts(found)}
    else:
        unbookable = await _book(services, item)
    item = _after_try(item, unbookable, now=services.clock.now())
    if not await services.suspense.change(item):
        return await replay_suspended(services, request)  # it was changed meanwhile: decide again
    return Reply(200, {**suspended_json(item), **done})


async def _read_again(services: Services, item: Suspended) -> tuple[Unbookable | None, list[Recorded]]:
    """Read the bytes again and book the events in them, under their own markers, as if they were received now. Returns
    their outcomes, or why the bytes are still unreadable.
    """
    raw = raw_of(item)
    element = read_element(raw)
    if isinstance(element, Parsed) and type_of(element) == FILE:
        return await restart_file(services, element), []
    found = await read_suspended_bytes(services, raw, item.reason)
    for each in found:
        if isinstance(each, Nameless) and each.raw == raw:
            return each.flaw, []
    return None, await record_items(services, found)


def _counts(found: Sequence[Recorded]) -> dict[str, object]:
    """How many events were read, and their outcomes. Events that are suspended are separate items now."""
    outcomes = Counter(each.outcome for each in found)
    reasons = Counter(each.reason.value for each in found if each.reason)
    return {"read": len(found), **{outcome.value: outcomes[outcome] for outcome in Outcome}, "reasons": dict(reasons)}


def _after_try(item: Suspended, unbookable: Unbookable | None, *, now: datetime) -> Suspended:
    """The item after a try to book it. A dismissed item keeps its detail."""
    if unbookable is None:
        return item.closed(SuspenseState.REPLAYED, now=now)
    if item.state is SuspenseState.DISMISSED:
        return item
    return replace(item, reason=unbookable.reason.value, detail=unbookable.detail)


async def find_suspended(services: Services, name: str) -> Suspended:
    """The item, or `not_found`."""
    item = await services.suspense.get(name) if _NAME.fullmatch(name) else None
    if item is None:
        raise ProblemError("not_found", "there is no such item in suspense")
    return item


def named_of(item: Suspended) -> Named | Unbookable:
    """The event in the item, or why it has none."""
    if item.event is None:
        return Unbookable(Reason(item.reason), item.detail)
    found = read_event(stored_element(item))
    return found if isinstance(found, Named) else found.flaw


def stored_element(item: Suspended) -> Parsed:
    """The event's element in an item. It is not validated, because an earlier version may have accepted what this one
    refuses.
    """
    return Parsed(json.loads(item.message), item.message)


async def _book(services: Services, item: Suspended) -> Unbookable | None:
    """Book the item's event. None when it is booked, now or before; otherwise the reason why not."""
    named = named_of(item)
    if isinstance(named, Unbookable):
        return named
    if item.reason == Reason.CONFLICT:
        return OTHER_CONTENT
    terms = await services.terms_now(named.account)
    if terms is None or terms.closed_at is not None:
        return await why_not_bookable(services, named)
    call = await rate(services, named, terms)
    if isinstance(call, Unbookable):
        return call
    return await _post(services, named, call, terms.epoch)


async def _post(services: Services, named: Named, call: BookableCall, epoch: str) -> Unbookable | None:
    """Book under the event's own marker if there is none yet (the event was unattributed), else under the replay's."""
    markers = await reads.markers(services.ledger.table, named.account, [named.event])
    own = markers.get(named.event.key)
    if own is not None and own.kind is MarkerKind.BOOKED:
        return None if named.event.is_settled_by(own) else OTHER_CONTENT
    name: Event = named.event if own is None else named.renamed(REPLAY)
    answer = await post_call(services, named, call, name, epoch)
    if isinstance(answer, Duplicate) and answer.marker.kind is MarkerKind.SUSPENDED:
        return await _post(services, named, call, epoch)  # it was received again meanwhile, and suspended again
    if isinstance(answer, Conflict):
        return OTHER_CONTENT
    if isinstance(answer, Refused):
        return await why_refused(services, named, answer)
    assert isinstance(answer, Posted | Duplicate)
    return None
