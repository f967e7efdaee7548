"""What a commit says of itself: one span, and what was booked, counted once it is proved. Never one word per event."""

from collections.abc import Awaitable, Iterator
from typing import TypeVar

from opentelemetry.trace import SpanContext

from shared.ledger import change
from shared.ledger.change import Movement, MovementKind
from shared.posting.loop.commit_attempt import Lost
from shared.posting.loop.group import Group
from shared.telemetry.instruments import BREAKAGE, COMMIT_CONFLICTS, COMMIT_EVENTS, DEBITS
from shared.telemetry.tracing import span

T = TypeVar("T")


async def traced(group: Group, attempt: Awaitable[T]) -> T:
    """*attempt*'s outcome, with a span around it. It belongs to the first event that has something told, because the
    payment and the e-mail follow from that; it links all others.
    """
    lead, others = _origins(group)
    with span("commit", parent=lead, links=others, attributes={"credits.events": len(group.written)}) as one:
        outcome = await attempt
        one.set_attribute("credits.outcome", type(outcome).__name__.lower())
    if isinstance(outcome, Lost):
        COMMIT_CONFLICTS.add(1)
    return outcome


def _origins(group: Group) -> tuple[SpanContext | None, list[SpanContext]]:
    """Whose commit it is, and the other spans that wait for it."""
    telling = [part for part in group.written if part.change.outbox]
    places = {
        part.member.origin.span_id: part.member.origin
        for part in (*telling, *group.written)
        if part.member.origin.is_valid
    }
    lead, *others = places.values() or (None,)
    return lead, [place for place in others if place is not None]


def count(group: Group) -> None:
    """Count what a commit has booked, once it is known to have happened."""
    COMMIT_EVENTS.record(len(group.written))
    debits = sum(movement.kind is MovementKind.DEBIT and movement.event is not None for movement in _movements(group))
    if debits:
        DEBITS.add(debits)
    lapsed = sum(
        entry.amount
        for movement in _movements(group)
        if movement.kind is MovementKind.EXPIRY
        for entry in movement.entries
        if entry.target == change.BREAKAGE
    )
    if lapsed:
        BREAKAGE.add(lapsed, {"currency": group.before.terms.currency})


def _movements(group: Group) -> Iterator[Movement]:
    for part in group.written:
        yield from part.change.movements
