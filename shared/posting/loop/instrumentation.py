"""Instrumentation of commits: one span for each, and metrics of what was booked, counted once the commit is known to
have happened. Nothing is recorded for single events.
"""

from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping

from opentelemetry.trace import SpanContext

from shared.ledger import change
from shared.ledger.change import Movement, MovementKind
from shared.posting.loop import commit_attempt
from shared.posting.loop.commit_attempt import Outcome
from shared.posting.loop.group import Group
from shared.telemetry.instruments import BRAKE, BREAKAGE, COMMIT_CONFLICTS, COMMIT_EVENTS, DEBITS, HOLDS
from shared.telemetry.tracing import span

OUTCOMES: Mapping[type[Outcome], str] = {
    commit_attempt.Committed: "won",
    commit_attempt.Touched: "touched",
    commit_attempt.LostRace: "lost",
    commit_attempt.AlreadySettled: "known",
    commit_attempt.Rejected: "rejected",
    commit_attempt.Unknown: "unknown",
}
"""Values of the attribute `credits.outcome`; saved queries may use them, so they do not change."""

CALLS = frozenset({MovementKind.DEBIT, MovementKind.ACCRUAL})
"""The kinds of movements that book a call."""


async def in_commit_span(group: Group, attempt: Awaitable[Outcome]) -> Outcome:
    """The outcome of *attempt*, awaited in a span. The span continues the trace of the first event that writes to the
    outbox, because the payment and the e-mail follow from it, and links the traces of all others.
    """
    parent, links = _parent_and_links(group)
    with span("commit", parent=parent, links=links, attributes={"credits.events": len(group.written)}) as commit_span:
        outcome = await attempt
        commit_span.set_attribute("credits.outcome", OUTCOMES[type(outcome)])
    if isinstance(outcome, commit_attempt.LostRace):
        COMMIT_CONFLICTS.add(1)
    return outcome


def _parent_and_links(group: Group) -> tuple[SpanContext | None, list[SpanContext]]:
    """The parent span of the commit, and the spans of the other callers."""
    with_outbox = [part for part in group.written if part.change.outbox]
    origins = {
        part.member.origin.span_id: part.member.origin
        for part in (*with_outbox, *group.written)
        if part.member.origin.is_valid
    }
    parent, *links = origins.values() or (None,)
    return parent, [link for link in links if link is not None]


def count_bookings(group: Group) -> None:
    """Count what a commit has booked. Called once the commit is known to have happened."""
    COMMIT_EVENTS.record(len(group.written))
    debits = sum(movement.kind in CALLS and movement.event is not None for movement in _movements(group))
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
    if group.book.brake.has_braked and not group.before.brake.has_braked:
        BRAKE.add(1, {"outcome": "braked"})
    for outcome, holds in Counter(_hold_outcomes(group)).items():
        HOLDS.add(holds, {"outcome": outcome})


def _movements(group: Group) -> Iterator[Movement]:
    for part in group.written:
        yield from part.change.movements


def _hold_outcomes(group: Group) -> Iterator[str]:
    """What became of holds: `opened`, `extended`, or how they ended."""
    known = set(group.before.holds)
    for part in group.written:
        for hold in part.change.holds:
            yield "extended" if hold.key in known else "opened"
            known.add(hold.key)
        for _, how in part.change.ended:
            yield how.value
