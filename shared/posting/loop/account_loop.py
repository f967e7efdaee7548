"""The loop: load, decide, commit, resolve; one task per account and process (DESIGN 4, LOOP).

Use cases never see a conflict between processes; rules never see storage. Decisions that arrive during a commit form
the next group: a busy account commits large groups, and no caller waits for a timer.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextvars import Context
from functools import partial
from itertools import count

from shared.kernel.ids import AccountId
from shared.ledger.book import Terms
from shared.ports import OutcomeUnknownError, Row, UnavailableError, WriteRefusedError
from shared.posting.decision import UNKNOWN_ACCOUNT, Answer, Decision, Marker
from shared.posting.journal import reads
from shared.posting.journal.keys import HEAD
from shared.posting.journal.needed_rows import with_needed
from shared.posting.journal.pages import empty_book
from shared.posting.journal.rows import Loaded
from shared.posting.loop import answers, commit_attempt, instrumentation
from shared.posting.loop.after_commit import AfterCommit
from shared.posting.loop.commit import Commit
from shared.posting.loop.contention import Contention
from shared.posting.loop.context import LoopContext
from shared.posting.loop.empty_page import empty_page
from shared.posting.loop.event_loop import let_callers_come
from shared.posting.loop.group import Group, Member
from shared.posting.loop.lookahead import DECISIONS_PER_ROUND_MAX, FULL, Lookahead
from shared.posting.loop.next_group import next_group
from shared.posting.loop.settled_events import SettledEvents, includes
from shared.posting.loop.touch import touch
from shared.posting.loop.unknown_outcomes import UnknownOutcomes
from shared.posting.loop.waiting import Waiting

log = logging.getLogger(__name__)

OUTAGES_MAX = 4
"""Failed rounds in a row after which the callers get `UnavailableError`; their queue or client tries again."""

PAUSE_SECONDS = (0.05, 0.2, 0.5)
"""Pauses between failed rounds."""


class AccountLoop:
    """One account's loop in this process."""

    def __init__(self, account: AccountId, context: LoopContext) -> None:
        self._account = account
        self._context = context
        self._waiting = Waiting()
        self._unknown = UnknownOutcomes()
        self._settled = SettledEvents(context.table, account)
        self._contention = Contention()
        self._loaded: Loaded | None = None
        self._lookahead = Lookahead(context.clock, DECISIONS_PER_ROUND_MAX, context.recharge_rules)
        self._ticks = count(1)
        self._verified = 0  # the tick at which the cached book was last known to be the newest
        self._one_by_one = 0  # how many more groups have one member only, to find a rejected one
        self._task: asyncio.Task[None] | None = None
        self._after_commit = AfterCommit(account, context)

    @property
    def is_idle(self) -> bool:
        """Whether no caller waits and no attempt is unresolved."""
        return self._task is None and not self._after_commit and not self._unknown

    async def terms(self) -> Terms | None:
        """The terms in the cached book. If there is none or the account was closed, the book is read now and kept."""
        if (cached := self._loaded) is None or cached.book.terms.closed_at is not None:
            tick, loaded = next(self._ticks), await reads.load(self._context.table, self._account)
            if self._task is not None or self._loaded is not cached:
                return loaded.book.terms if loaded else None
            self._loaded, self._verified = loaded, tick
        return self._loaded.book.terms if self._loaded else None

    async def post(self, decision: Decision) -> Answer:
        """Decide and commit *decision*. Cancelling a caller never cancels the shared commit."""
        member = Member(decision, asyncio.get_running_loop().create_future(), next(self._ticks))
        self._waiting.append(member)
        self._lookahead.form_next(self._waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), context=Context())  # no single caller's trace or log
        return await member.answer  # its own future: cancelling the caller ends only that, and the task continues

    async def _run(self) -> None:
        """Run rounds until no caller waits."""
        outages = 0
        while self._waiting:
            try:
                await let_callers_come(self._waiting, FULL)
                await self._round()
                outages = 0
            except (UnavailableError, OutcomeUnknownError) as outage:
                self._loaded = None
                outages = (outages + 1) % OUTAGES_MAX
                if outages:
                    await asyncio.sleep(PAUSE_SECONDS[outages - 1])
                else:
                    self._waiting.end_all(UnavailableError(str(outage)))
            except Exception as bug:
                log.exception("the loop of %s failed", self._account)
                self._loaded = None
                self._waiting.end_all(bug)
        self._task = None

    async def _round(self) -> None:
        """Take one group from waiting decisions to answers. If that is not possible yet, the next round tries again."""
        loaded = await self._book()
        if loaded is None or not await self._contention.may_try(partial(self._is_newest, loaded)):
            return
        for attempt in await self._unknown.resolve(self._context.table, self._account, loaded.book.position.sequence):
            self._succeeded(attempt.group, attempt.commit, None)
        loaded, group = await self._group(loaded)
        settled = await self._settled.among(group.refused)
        if settled:
            # An event that is settled stays settled, whatever the current book would lead to.
            self._loaded = None
            self._answer_settled(group.refused, settled)
        elif group.written or self._unknown:
            # Nothing may be refused while an attempt is unresolved: an empty page settles whether it happened.
            await self._commit(loaded, group if group.written else empty_page(group))
        elif await self._is_current(loaded, group):
            self._waiting.remove_all([*answers.answer_declined(group), *answers.fail_broken(group)])

    async def _group(self, loaded: Loaded) -> tuple[Loaded, Group]:
        """The next group, and the account with the rows that it needed."""
        members = self._waiting[: 1 if self._one_by_one else DECISIONS_PER_ROUND_MAX]
        needed = await with_needed(self._context.table, self._account, loaded, [each.decision for each in members])
        if needed is not loaded:
            self._loaded, self._verified = self._loaded and needed, 0  # newer than the head: no refusal rests on it
        return await next_group(self._context, self._account, needed, members, self._lookahead)

    async def _book(self) -> Loaded | None:
        """The cached book, or a new read. None when there is no account, and no decision that opens one."""
        if self._loaded is not None:
            return self._loaded
        tick = next(self._ticks)
        self._loaded = await reads.load(self._context.table, self._account)
        self._verified = tick
        if self._loaded is None:
            if terms := next((one.decision.opening_terms for one in self._waiting if one.decision.opening_terms), None):
                await reads.require_no_pages(self._context.table, self._account)
                return Loaded(empty_book(terms))
            self._waiting.remove_all(
                answers.answer_all([each for each in self._waiting if each.arrived < tick], UNKNOWN_ACCOUNT)
            )
        return self._loaded

    async def _is_current(self, loaded: Loaded, group: Group) -> bool:
        """Whether the book was the newest after every declined member had arrived (LOOP 6): no write would detect a
        refusal on an old one. After an exception the head is always read: closed lots may be newer than the book.
        """
        arrived_before = not group.broken and all(member.arrived < self._verified for member, _ in group.declined)
        return arrived_before or await self._is_newest(loaded)

    async def _is_newest(self, loaded: Loaded) -> bool:
        """Whether the stored head is still that of this book; if not, the cached book is dropped."""
        tick = next(self._ticks)
        if await reads.head_etag(self._context.table, self._account) == loaded.etags.get(HEAD, ""):
            self._verified = tick
            return True
        self._loaded = None
        return False

    async def _commit(self, loaded: Loaded, group: Group) -> None:
        """Try to commit the group, and handle the outcome."""
        tick = next(self._ticks)
        while_sending = partial(self._lookahead.commit_sent, self._waiting, self._one_by_one)
        try_commit = partial(commit_attempt.try_commit, while_sending=while_sending)
        attempt = touch if group.is_only_catch_up and not self._unknown else try_commit
        outcome = await instrumentation.in_commit_span(group, attempt(self._context, self._account, loaded, group))
        self._lookahead.commit_ended()
        cached, self._loaded = self._loaded, None
        match outcome:
            case commit_attempt.Committed(commit, after, outbox):
                self._loaded, self._verified = after, tick
                self._one_by_one = max(0, self._one_by_one - 1)
                self._succeeded(group, commit, outbox)
                await self._contention.won()
            case commit_attempt.Touched(after):
                self._loaded, self._verified = after, tick
                self._waiting.remove_all(answers.answer_touched(group, after.book))
            case commit_attempt.LostRace():
                await self._contention.lost()
            case commit_attempt.AlreadySettled(event):
                members = self._waiting[:DECISIONS_PER_ROUND_MAX]
                markers = await self._settled.find(event, members, loaded.book.position.sequence)
                self._loaded = cached if includes(loaded.book, markers) else None
                self._answer_settled(members, markers)
            case commit_attempt.Rejected(refusal):
                self._find_rejected(group, refusal)
            case commit_attempt.Unknown(unresolved, outage):
                self._unknown.remember(unresolved)
                raise outage

    def _answer_settled(self, members: Iterable[Member], markers: Mapping[str, Marker]) -> None:
        """Answer members whose event was settled before, unless an unresolved attempt may have settled it."""
        if not any(self._unknown.may_have_written(marker.sequence) for marker in markers.values()):
            self._waiting.remove_all(answers.answer_settled(members, markers))

    def _find_rejected(self, group: Group, refusal: WriteRefusedError) -> None:
        """The storage would refuse this group every time: commit its members one by one to find the rejected one."""
        if not group.written:
            raise UnavailableError(str(refusal)) from refusal
        if len(group.written) > 1:
            self._one_by_one = len(group.written)
        else:
            self._one_by_one = max(0, self._one_by_one - 1)
            self._waiting.remove_all(answers.fail(group.writers(), refusal))

    def _succeeded(self, group: Group, commit: Commit, outbox: Sequence[Row] | None) -> None:
        """Remove the group's members. They are answered after a try to send the outbox, while the loop continues."""
        instrumentation.count_bookings(group)
        committed = answers.answers_after_commit(group, commit)
        self._waiting.remove_all([*(member for member, _ in committed), *answers.fail_broken(group)])
        self._after_commit.start(group, committed, outbox)
