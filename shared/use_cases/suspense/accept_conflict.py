"""Accept a conflict as a correction (R10): what was booked is unwound, the new content booked instead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change, Entry, lot_at
from shared.ledger.debit import Charge
from shared.ledger.reverse import correct
from shared.ports import SuspenseState
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Event, FurtherEventSettled, Marker, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.pages import movement_of
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.suspense.replay_suspended import REPLAY, UNBOOKED, find_suspended, named_of
from shared.use_cases.usage.account_missing import HEAD_LOST, gone
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable
from shared.use_cases.usage.record_usage import rate
from shared.views.suspense import suspended_json

ACCEPTED = "#a"
"""What the acceptance of a conflict is called, behind the conflict's own name."""

RIVALS_MAX = 10
"""Conflicts of one event accepted at the same moment, each of which takes the next correction's place."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What now counts for an event: the entries of its last booking, and the names that the next correction takes: its
    own, and of an event that was never booked every name under which it still could be. Else its first content, which
    waits in suspense, could be replayed later, and the call would be charged twice.
    """

    entries: tuple[Entry, ...]
    takes: tuple[Event, ...]

    @property
    def lots(self) -> tuple[LotId, ...]:
        """The lots that the booking took from."""
        return tuple(lot for entry in self.entries if (lot := lot_at(entry.source)))


async def accept_conflict(services: Services, request: Request) -> Reply:
    """200 with the item as `accepted`; once, however often it is asked."""
    item = await find_suspended(services, request.path["item"])
    if item.state in UNBOOKED:
        named = named_of(item)
        if item.reason != Reason.CONFLICT or isinstance(named, Unbookable):
            raise ProblemError("invalid_request", "only a conflict can be accepted")
        await _correct(services, named)
        item = item.closed(SuspenseState.ACCEPTED, now=services.clock.now())
        if not await services.suspense.change(item):
            return await accept_conflict(services, request)  # it was corrected, and is not once more
    return Reply(200, suspended_json(item))


async def _correct(services: Services, named: Named) -> None:
    terms = await services.terms_now(named.account)
    is_open = terms is not None and terms.closed_at is None
    charge = await rate(services, named, terms) if terms and is_open else await gone(services, named)
    if charge == HEAD_LOST:
        raise refused(UNKNOWN_ACCOUNT)
    if isinstance(charge, Unbookable):
        raise ProblemError("invalid_request", f"it cannot be booked: {charge.detail}")
    accepted = named.conflicts(ACCEPTED)
    markers = await reads.markers(services.ledger.table, named.account, accepted)
    if any(event.key in markers and event.is_settled_by(markers[event.key]) for event in accepted):
        return
    for _ in range(RIVALS_MAX):
        standing = await _standing(services, named)
        decision = Decision(
            _corrected(standing, charge, services.rules.grace),
            accepted[0],
            further_events=standing.takes,
            closed_lots=standing.lots,
        )
        answer = await services.ledger.post(named.account, decision)
        if isinstance(answer, Refused):
            raise refused(answer)
        if not isinstance(answer, FurtherEventSettled):
            return
    raise ProblemError("unavailable", "others correct the same event")


def _corrected(standing: Standing, charge: Charge, grace: timedelta) -> Callable[[Book, datetime], Change | Refused]:
    def decide(book: Book, now: datetime) -> Change | Refused:
        return correct(book, standing.entries, charge, grace, now=now)

    return decide


async def _standing(services: Services, named: Named) -> Standing:
    """Follow the event's markers: booked, replayed, corrected once, twice ..."""
    entries: tuple[Entry, ...] = ()
    free: list[Event] = []
    is_booked = False
    for event in (named.event, named.renamed(REPLAY)):
        marker = await _marker(services, named, event)
        if marker is None:
            free.append(event)
        elif marker.kind is MarkerKind.BOOKED:
            entries, is_booked = await _entries(services, named, marker), True
    number = 1
    while (marker := await _marker(services, named, named.renamed(f"#c{number}"))) is not None:
        entries = await _entries(services, named, marker)
        number += 1
    own = named.renamed(f"#c{number}")
    return Standing(entries, (own,) if is_booked else (own, *free))


async def _marker(services: Services, named: Named, event: Event) -> Marker | None:
    return (await reads.markers(services.ledger.table, named.account, [event])).get(event.key)


async def _entries(services: Services, named: Named, marker: Marker) -> tuple[Entry, ...]:
    page = await reads.page(services.ledger.table, named.account, marker.sequence)
    if page is None or marker.movement is None:
        raise AssertionError(f"marker {marker.event.key} names no movement")
    return movement_of(page.facts["movements"][marker.movement]).entries
