"""A group: the waiting decisions of one commit, decided in order, each on the book after the one before (LOOP 1, 4)."""

from asyncio import Future
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from opentelemetry.trace import SpanContext

from shared.ledger.book import OPEN_LOTS_MAX, Book, Refused
from shared.ledger.change import NOTHING, Change, OutboxMessage
from shared.posting.decision import UNKNOWN_ACCOUNT, Answer, Decision, Event, Marker
from shared.posting.journal.needed_rows import missing
from shared.posting.journal.pages import BODY_CHARACTERS, movement_json
from shared.posting.loop.commit_size import Touched, facts_size, touched_rows
from shared.posting.loop.consequences import with_consequences
from shared.posting.loop.record_message import record_text, records_message
from shared.recharge.rules import RechargeRules
from shared.telemetry.tracing import current_span_context

TRANSACTION_ROWS = 100
"""The most rows of an entity-group transaction."""

ROWS_MAX = 98
"""The most rows of a commit of several members: two below the limit, as a margin."""

PAGE_RESERVE = 40_000
"""Characters of a page reserved for its frame: the head after it, 40 lots, full settings and a few purchases."""

LOT_CHARACTERS = 80
"""About what an open lot takes in a page's frame; more than 40 of them leave less space for movements."""

PRIVATE_CHARACTERS = 1_500_000
"""Private text of one commit. A transaction has 4 MiB, and a stored character takes up to two bytes of it."""

DOES_NOT_FIT = Refused("too_many_lots", "it would change more rows than one commit holds")
"""The refusal of a decision that does not fit into a commit even alone."""

MARKER_CHARACTERS = 160
"""About what one marker takes in a page, without its result."""


@dataclass(slots=True, eq=False)
class Member:
    """A waiting decision of one caller. *arrived* is a tick of the loop's counter, *origin* the caller's span."""

    decision: Decision
    answer: Future[Answer]
    arrived: int
    origin: SpanContext = field(default_factory=current_span_context)


@dataclass(slots=True)
class Written:
    """What a group writes for one member: its markers, and the index of its first movement and their number."""

    member: Member
    markers: tuple[Marker, ...]
    first_movement: int
    movements: int
    change: Change


@dataclass(slots=True)
class Group:
    """What one commit will hold. *before* and *book* are the books before and after it. *followers* have the same event
    as an earlier member and are answered after it.
    """

    before: Book
    book: Book
    now: datetime
    written: list[Written] = field(default_factory=list)
    declined: list[tuple[Member, Refused | None]] = field(default_factory=list)
    broken: list[tuple[Member, Exception]] = field(default_factory=list)
    followers: list[Member] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """The movements as JSON."""
    outbox: list[OutboxMessage] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    """The records of calls as JSON: one more message of the outbox."""
    events: set[str] = field(default_factory=set)
    """The keys of the events for which it writes markers."""
    touched: Touched = field(default_factory=Touched)
    """The holds, pools and licences that it changes."""
    characters: int = PAGE_RESERVE
    """Characters of the page."""
    private: int = 0
    """Characters of private text."""

    @property
    def sequence(self) -> int:
        """The number of the page that this group would write."""
        return self.before.position.sequence + 1

    @property
    def markers(self) -> list[Marker]:
        """Every marker of the group, in order."""
        return [marker for part in self.written for marker in part.markers]

    @property
    def messages(self) -> list[OutboxMessage]:
        """Every message of the outbox; the records of calls are the last one."""
        records = [records_message(self.before.terms.account, self.records)] if self.records else []
        return [*self.outbox, *records]

    @property
    def refused(self) -> list[Member]:
        """The members for whom nothing would be written: refused, with nothing to do, or failed by a bug."""
        return [*(member for member, _ in self.declined), *(member for member, _ in self.broken)]

    @property
    def is_only_catch_up(self) -> bool:
        """Whether the group only catches up and that changes nothing: it needs no page."""
        return (
            self.before.position.sequence > 0
            and bool(self.written)
            and all(
                part.member.decision.alarm is not None and not part.markers and part.change == NOTHING
                for part in self.written
            )
        )

    def writers(self) -> list[Member]:
        """The members for whom something is written."""
        return [part.member for part in self.written]

    def members(self) -> Iterator[Member]:
        """Every member that this group decides or that depends on its outcome."""
        yield from self.writers()
        yield from self.refused
        yield from self.followers

    @property
    def alarms(self) -> set[datetime]:
        """The alarms that the group's decisions answer."""
        return {member.decision.alarm for member in self.writers() if member.decision.alarm}


def form_group(book: Book, waiting: Iterable[Member], *, now: datetime, recharge_rules: RechargeRules) -> Group:
    """Decide in order until the next decision would not fit; the remaining members stay waiting. A decision that would
    not fit even alone is refused.
    """
    group = Group(before=book, book=book, now=now)
    group.characters += LOT_CHARACTERS * max(0, len(book.lots) - OPEN_LOTS_MAX)
    for member in waiting:
        if _needs_more(group, member.decision):
            break
        events = member.decision.events_on(group.book)
        if any(event.key in group.events for event in events):
            group.followers.append(member)
            continue
        try:
            outcome = _decide(group, member.decision)
            if not isinstance(outcome, Change):
                group.declined.append((member, outcome))
            elif not _add(group, member, events, outcome, recharge_rules):
                if group.written:
                    break
                group.declined.append((member, DOES_NOT_FIT))
        except Exception as bug:  # noqa: BLE001 - a bug in one decision must not fail its neighbours
            group.broken.append((member, bug))
    return group


def _needs_more(group: Group, decision: Decision) -> bool:
    """Whether the group changes licences or subscriptions in such a way that the decision now needs rows which were not
    read for it. It is decided in the next group.
    """
    before, after = group.before, group.book
    is_same = after.licences is before.licences and after.entitlements is before.entitlements
    return not is_same and bool(missing(after, (decision,)))


def _decide(group: Group, decision: Decision) -> Change | Refused | None:
    """The decision's outcome. It is refused if the account is closed or in another life than the decision is for."""
    terms = group.book.terms
    is_closed = terms.closed_at is not None and decision.opening_terms is None and decision.alarm is None
    if is_closed or decision.epoch not in {None, terms.epoch}:
        return UNKNOWN_ACCOUNT
    return decision.decide(group.book, group.now)


def _add(group: Group, member: Member, events: Sequence[Event], outcome: Change, recharge_rules: RechargeRules) -> bool:
    """Add the member, with the *events* that it settles, if it still fits into the transaction and the page."""
    change, after = with_consequences(group.book, outcome, now=group.now, recharge_rules=recharge_rules)
    texts = [movement_json(movement) for movement in change.movements]
    characters = group.characters + sum(map(len, texts)) + len(events) * MARKER_CHARACTERS + facts_size(change)
    records = [record_text(record) for record in change.calls]
    private = group.private + sum(map(len, (*(message.private for message in change.outbox), *records)))
    rows = 2 + len(group.events) + len(events) + len(group.outbox) + len(change.outbox)
    rows += bool(group.records or records)
    touched = group.touched.with_change(group.book, change)
    rows += touched_rows(group.before, after, touched)
    if characters > BODY_CHARACTERS or rows > (ROWS_MAX if group.written else TRANSACTION_ROWS):
        return False
    if group.written and private > PRIVATE_CHARACTERS:
        return False
    first = len(group.texts)
    movement = first if texts else None
    group.written.append(
        Written(
            member,
            tuple(
                Marker(event, member.decision.kind, group.sequence, movement, event.marker_result(change.result))
                for event in events
            ),
            first,
            len(texts),
            change,
        )
    )
    group.book, group.touched, group.characters, group.private = after, touched, characters, private
    group.texts += texts
    group.outbox += change.outbox
    group.records += records
    group.events.update(event.key for event in events)
    return True
