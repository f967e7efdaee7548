"""Audit suspense (R24, R25): every item that a page has put there exists, has the content that was received, and is
replayed or accepted only if it is booked.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from shared.audit.finding import Finding, Invariant
from shared.audit.markers import marks
from shared.kernel.ids import AccountId, digest
from shared.kernel.times import parse_instant
from shared.ports import Suspended, SuspenseState
from shared.posting.decision import Event, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.keys import outbox_key
from shared.posting.journal.pages import Page
from shared.service.concealed import concealed
from shared.service.services import Services
from shared.use_cases.suspense.accept_conflict import ACCEPTED
from shared.use_cases.suspense.replay_suspended import REPLAY, stored_element
from shared.use_cases.usage.envelope import Named, read_event


async def audit_suspense(
    services: Services, account: AccountId, page: Page, waiting: Collection[str], kept_since: datetime | None
) -> list[Finding]:
    """One finding for every item of *page* that is lost or altered, or that is replayed or accepted without a booking.
    Items whose outbox rows are *waiting* are not there yet; items received before *kept_since* may have been deleted.
    """
    findings = []
    for number, (queue, message) in enumerate(page.facts.get("outbox", ())):
        key = outbox_key(page.sequence, number)
        if queue != "suspense" or key in waiting:
            continue
        received_at = parse_instant(message["receivedAt"])
        name = digest(f"{account}.{page.sequence}.{number}")[:16]
        item = await services.suspense.get(f"{received_at:%Y%m%d%H%M%S%f}-{name}")
        if item is None and kept_since is not None and received_at < kept_since:
            continue
        flaw = "its item is not in suspense" if item is None else await _flaw(services, account, page, message, item)
        if flaw:
            findings.append(Finding(account, Invariant.WAITING, key, flaw))
    return findings


async def _flaw(services: Services, account: AccountId, page: Page, message: Mapping[str, Any], item: Suspended) -> str:
    """What is wrong with an item; empty if nothing is."""
    named = read_event(stored_element(item))
    if not isinstance(named, Named) or _name(message) not in await _names(services, named):
        return f"item {item.id} is about another event"
    events = (named.event, *named.conflicts())
    if not any(_is_marked(page, event) for event in events) and not await _is_settled(services, account, events):
        return f"item {item.id} has other content than was received"
    must_be_booked = item.state in {SuspenseState.REPLAYED, SuspenseState.ACCEPTED}
    if must_be_booked and not await _is_booked(services, named, item.state):
        return f"item {item.id} is {item.state.value}, and nothing was booked"
    return ""


def _is_marked(page: Page, event: Event) -> bool:
    """Whether the page has a marker of the event, for its content."""
    return any(key == event.key and event.has_content(content, result) for key, content, _, _, result in marks(page))


async def _is_settled(services: Services, account: AccountId, events: Collection[Event]) -> bool:
    """Whether an earlier page has marked one of the events. The marker itself is compared with that page elsewhere."""
    found = await reads.markers(services.ledger.table, account, events)
    return any(event.key in found and event.is_settled_by(found[event.key]) for event in events)


def _name(message: Mapping[str, Any]) -> tuple[str, str, str]:
    return message["account"], message["source"], message["event"]


async def _names(services: Services, named: Named) -> set[tuple[str, str, str]]:
    """The event's name as pages have it (R27); those of earlier versions have it whole."""
    source, name = [await concealed(services, named.account, text) for text in (named.source, named.id)]
    return {(named.account, source, name), (named.account, named.source, named.id)}


async def _is_booked(services: Services, named: Named, state: SuspenseState) -> bool:
    """Whether there is a marker of the booking now: an item is closed only after its booking."""
    if state is SuspenseState.ACCEPTED:
        events: tuple[Event, ...] = named.conflicts(ACCEPTED)
    else:
        events = (named.event, named.renamed(REPLAY))
    found = await reads.markers(services.ledger.table, named.account, events)
    return any(marker.kind is MarkerKind.BOOKED for marker in found.values())
