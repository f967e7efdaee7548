"""Accept a conflict as a correction (R10): the booking is unwound, and the new content is booked instead."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book, Refused
from shared.ledger.call_record import CallRecord
from shared.ledger.change import Change
from shared.ledger.debit import Charge
from shared.ledger.reverse import correct
from shared.ports import SuspenseState
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Event, FurtherEventSettled
from shared.posting.journal import reads
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Rules, Services
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.calls.entitlement import needed_pools
from shared.use_cases.calls.pool_level import pool_levels
from shared.use_cases.calls.pool_uses import net_uses, without_uses
from shared.use_cases.calls.release_call import release_hold
from shared.use_cases.corrections.current_booking import TRIES_MAX, CurrentBooking, current_booking
from shared.use_cases.suspense.replay_suspended import UNBOOKED, find_suspended, named_of
from shared.use_cases.usage.account_missing import HEAD_LOST, why_not_bookable
from shared.use_cases.usage.book_call import BookableCall
from shared.use_cases.usage.call_record import gone, record_of
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable
from shared.use_cases.usage.record_items import rate
from shared.views.suspense import suspended_json

ACCEPTED = "#a"
"""The suffix of the event for the acceptance of a conflict, after the conflict's own name."""


async def accept_conflict(services: Services, request: Request) -> Reply:
    """200 with the item as `accepted`. A repeated request has no further effect."""
    item = await find_suspended(services, request.path["item"])
    if item.state in UNBOOKED:
        named = named_of(item)
        if item.reason != Reason.CONFLICT or isinstance(named, Unbookable):
            raise ProblemError("invalid_request", "only a conflict can be accepted")
        call = await _correct(services, named)
        if call.has_leg:  # the hold of another leg than the first content had
            await release_hold(services, named.account, call.leg)
        item = item.closed(SuspenseState.ACCEPTED, now=services.clock.now())
        if not await services.suspense.change(item):
            return await accept_conflict(services, request)  # it has been corrected and is not corrected again
    return Reply(200, suspended_json(item))


async def _correct(services: Services, named: Named) -> BookableCall:
    """Book *named* instead of what is booked, once; the call that it reports."""
    terms = await services.terms_now(named.account)
    is_open = terms is not None and terms.closed_at is None
    call = await rate(services, named, terms) if terms and is_open else await why_not_bookable(services, named)
    if call == HEAD_LOST:
        raise refused(UNKNOWN_ACCOUNT)
    if isinstance(call, Unbookable):
        raise ProblemError("invalid_request", f"it cannot be booked: {call.detail}")
    accepted = named.conflicts(ACCEPTED)
    markers = await reads.markers(services.ledger.table, named.account, accepted)
    if any(event.key in markers and event.is_settled_by(markers[event.key]) for event in accepted):
        return call
    for _ in range(TRIES_MAX):
        current = await current_booking(services, named.account, named.renamed)
        decision = _correction(current, call, accepted[0], services.rules)
        answer = await services.ledger.post(named.account, decision)
        if isinstance(answer, Refused):
            raise refused(answer)
        if not isinstance(answer, FurtherEventSettled):
            return call
    raise ProblemError("unavailable", "the same event is being corrected by other requests")


def _records(current: CurrentBooking, call: BookableCall, charge: Charge) -> tuple[CallRecord, ...]:
    """The call's record as it is booked now. A call with another start has its record elsewhere."""
    record, before = record_of(call.reported, charge), current.call.started_at if current.call else None
    return (record,) if before is None or before == record.started_at else (record, gone(record.key, before))


def _correction(current: CurrentBooking, call: BookableCall, event: Event, rules: Rules) -> Decision:
    """The decision to book *call* instead of the *current* booking."""

    def decide(book: Book, now: datetime) -> Change | Refused:
        freed = without_uses(book, current.pools)
        charge = charge_call(freed, call.facts, call.seconds, call.event, rules.plan_sizes, hold=None)
        pools = net_uses(current.pools, charge.pools)
        charge = replace(charge, pools=pools, replaces=current.name)
        corrected = correct(book, current.entries, charge, rules.grace, now=now)
        if isinstance(corrected, Refused):
            return corrected
        levels = pool_levels(book, pools, charge.started_at, rules.plan_sizes, now=now)
        return replace(corrected.then(levels), calls=_records(current, call, charge))

    def pools(book: Book) -> Iterable[str]:
        return (*needed_pools(book, call.facts, rules.plan_sizes), *(use.pool for use in current.pools))

    return Decision(
        decide,
        event,
        further_events=current.events,
        closed_lots=current.lots,
        licences=(call.facts.user,) if call.facts.user else (),
        pools=pools,
    )
