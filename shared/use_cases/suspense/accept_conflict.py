"""Accept a conflict as a correction (R10): the booking is unwound, and the new content is booked instead."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change, Entry, Movement, PoolUse, lot_at
from shared.ledger.reverse import correct
from shared.ports import SuspenseState
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Event, FurtherEventSettled, Marker, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.pages import movement_of
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Rules, Services
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.calls.entitlement import needed_pools
from shared.use_cases.calls.pool_uses import net_uses, total_uses, without_uses
from shared.use_cases.suspense.replay_suspended import REPLAY, UNBOOKED, find_suspended, named_of
from shared.use_cases.usage.account_missing import HEAD_LOST, why_not_bookable
from shared.use_cases.usage.book_call import BookableCall
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable
from shared.use_cases.usage.record_usage import rate
from shared.views.suspense import suspended_json

ACCEPTED = "#a"
"""The suffix of the event for the acceptance of a conflict, after the conflict's own name."""

TRIES_MAX = 10
"""Tries when several conflicts of one event are accepted at the same time, because each takes the next correction's
number.
"""


@dataclass(frozen=True, slots=True)
class CurrentBooking:
    """The current booking of an event: its entries, the seconds that it has taken from pools, and the *events* that the
    next correction settles. These are the correction's own event, and, if the event was never booked, every event under
    which it could still be booked. Otherwise its first content, which is in suspense, could be replayed later, and the
    call would be charged twice.
    """

    entries: tuple[Entry, ...]
    pools: tuple[PoolUse, ...]
    events: tuple[Event, ...]

    @property
    def lots(self) -> tuple[LotId, ...]:
        """The lots that the booking took from."""
        return tuple(lot for entry in self.entries if (lot := lot_at(entry.source)))


async def accept_conflict(services: Services, request: Request) -> Reply:
    """200 with the item as `accepted`. A repeated request has no further effect."""
    item = await find_suspended(services, request.path["item"])
    if item.state in UNBOOKED:
        named = named_of(item)
        if item.reason != Reason.CONFLICT or isinstance(named, Unbookable):
            raise ProblemError("invalid_request", "only a conflict can be accepted")
        await _correct(services, named)
        item = item.closed(SuspenseState.ACCEPTED, now=services.clock.now())
        if not await services.suspense.change(item):
            return await accept_conflict(services, request)  # it has been corrected and is not corrected again
    return Reply(200, suspended_json(item))


async def _correct(services: Services, named: Named) -> None:
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
        return
    for _ in range(TRIES_MAX):
        current = await _current_booking(services, named)
        decision = _correction(current, call, accepted[0], services.rules)
        answer = await services.ledger.post(named.account, decision)
        if isinstance(answer, Refused):
            raise refused(answer)
        if not isinstance(answer, FurtherEventSettled):
            return
    raise ProblemError("unavailable", "the same event is being corrected by other requests")


def _correction(current: CurrentBooking, call: BookableCall, event: Event, rules: Rules) -> Decision:
    """The decision to book *call* instead of the *current* booking."""

    def decide(book: Book, now: datetime) -> Change | Refused:
        freed = without_uses(book, current.pools)
        charge = charge_call(freed, call.facts, call.seconds, call.event, rules.plan_sizes, hold=None)
        pools = net_uses(current.pools, charge.pools)
        return correct(book, current.entries, replace(charge, pools=pools), rules.grace, now=now)

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


async def _current_booking(services: Services, named: Named) -> CurrentBooking:
    """Follow the event's markers: booked, replayed, corrected once, twice, and so on."""
    entries: tuple[Entry, ...] = ()
    pools: tuple[PoolUse, ...] = ()
    free: list[Event] = []
    is_booked = False
    for event in (named.event, named.renamed(REPLAY)):
        marker = await _marker(services, named, event)
        if marker is None:
            free.append(event)
        elif marker.kind is MarkerKind.BOOKED:
            booked = await _movement(services, named, marker)
            entries, pools, is_booked = booked.entries, booked.pools, True
    number = 1
    while (marker := await _marker(services, named, named.renamed(f"#c{number}"))) is not None:
        corrected = await _movement(services, named, marker)
        entries, pools = corrected.entries, total_uses(pools, corrected.pools)
        number += 1
    own = named.renamed(f"#c{number}")
    return CurrentBooking(entries, pools, (own,) if is_booked else (own, *free))


async def _marker(services: Services, named: Named, event: Event) -> Marker | None:
    return (await reads.markers(services.ledger.table, named.account, [event])).get(event.key)


async def _movement(services: Services, named: Named, marker: Marker) -> Movement:
    page = await reads.page(services.ledger.table, named.account, marker.sequence)
    if page is None or marker.movement is None:
        raise AssertionError(f"marker {marker.event.key} names no movement")
    return movement_of(page.facts["movements"][marker.movement])
