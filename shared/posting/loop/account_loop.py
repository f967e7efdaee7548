"""The loop: load, decide, commit, resolve; one task per account and process (DESIGN 4, LOOP).

Use cases never see a conflict; rules never see storage. Callers that wait meanwhile form the next group, so a busy
account commits large groups without anybody waiting for a timer.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextvars import Context
from functools import partial
from itertools import count

from shared.kernel.ids import AccountId
from shared.ports import OutcomeUnknownError, UnavailableError, WriteRefusedError
from shared.posting.decision import UNKNOWN_ACCOUNT, Answer, Decision, Mark
from shared.posting.journal import reads
from shared.posting.journal.keys import HEAD
from shared.posting.journal.pages import unopened
from shared.posting.journal.rows import Loaded
from shared.posting.loop import answers, instrumentation
from shared.posting.loop.after_commit import AfterCommit
from shared.posting.loop.commit import Commit
from shared.posting.loop.commit_attempt import Known, Lost, Rejected, Touched, Unknown, Won, try_commit
from shared.posting.loop.contention import Contention
from shared.posting.loop.context import LoopContext
from shared.posting.loop.group import Group, Member, form
from shared.posting.loop.lookahead import Lookahead
from shared.posting.loop.touch import touch
from shared.posting.loop.unknown_outcomes import UnknownOutcomes

log = logging.getLogger(__name__)

OUTAGES_MAX = 4
"""Failed rounds in a row before the callers are told that the storage is away; their queue or client comes back."""

PAUSE_SECONDS = (0.05, 0.2, 0.5)
"""Pauses between failed rounds."""

LOOKED_AT_MAX = 200
"""Waiting decisions that one round looks at: twice what a commit holds, for the duplicates and refusals among them."""


class AccountLoop:
    """One account's loop in this process."""

    def __init__(self, account: AccountId, context: LoopContext) -> None:
        self._account = account
        self._context = context
        self._waiting: list[Member] = []
        self._unknown = UnknownOutcomes()
        self._contention = Contention()
        self._loaded: Loaded | None = None
        self._lookahead = Lookahead(context.clock, LOOKED_AT_MAX, context.largest_charge_pause)
        self._ticks = count(1)
        self._verified = 0
        self._one_by_one = 0
        self._task: asyncio.Task[None] | None = None
        self._after_commit = AfterCommit(account, context)

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits and nothing is unresolved."""
        return self._task is None and not self._after_commit and not self._unknown

    async def post(self, decision: Decision) -> Answer:
        """Have *decision* decided and committed. A caller that is cancelled never cancels the shared commit."""
        member = Member(decision, asyncio.get_running_loop().create_future(), next(self._ticks))
        self._waiting.append(member)
        self._lookahead.think(self._waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), context=Context())  # no single caller's trace or log
        return await member.answer  # its own future: a caller who is cancelled ends that, and the task goes on

    async def _run(self) -> None:
        """Rounds until nobody waits."""
        outages = 0
        while self._waiting:
            try:
                await self._round()
                outages = 0
            except (UnavailableError, OutcomeUnknownError) as outage:
                self._loaded = None
                outages += 1
                if outages == OUTAGES_MAX:
                    self._end_all(UnavailableError(str(outage)))
                    outages = 0
                else:
                    await asyncio.sleep(PAUSE_SECONDS[outages - 1])
            except Exception as bug:
                log.exception("the loop of %s failed", self._account)
                self._loaded = None
                self._end_all(bug)
        self._task = None

    async def _round(self) -> None:
        """One group: from the waiting decisions to their answers, or to the reason for another round."""
        loaded = await self._book()
        if loaded is None or not await self._contention.is_clear(partial(self._is_newest, loaded)):
            return
        for attempt in await self._unknown.resolve(self._context.table, self._account, loaded.book.position.sequence):
            self._succeeded(attempt.group, attempt.commit)
        loaded, group = await self._group(loaded)
        refused = [event for member in group.refused for event in member.decision.events]
        settled = await reads.marks(self._context.table, self._account, refused)
        if settled:
            # What was settled before stays so, whatever the book would say today.
            self._tell_known(group.refused, settled)
        elif group.written or self._unknown:
            # An unresolved attempt forbids every refusal: an empty page settles for ever whether it happened.
            await self._commit(loaded, group)
        elif await self._is_current(loaded, group):
            self._leave([*answers.decline(group), *answers.fail_broken(group)])

    async def _group(self, loaded: Loaded) -> tuple[Loaded, Group]:
        """The next group: the one that was thought out ahead on this very book, or a new one."""
        ahead = self._lookahead.take(loaded.book)
        members = self._waiting[: 1 if self._one_by_one else LOOKED_AT_MAX]
        wanted = [lot for member in members for lot in member.decision.wants]
        if ahead is not None and not wanted:
            return loaded, ahead
        if wanted:
            loaded = await reads.with_closed(self._context.table, self._account, loaded, wanted)
        now = max(self._context.clock.now(), loaded.book.position.at)
        return loaded, form(loaded.book, members, now=now, largest_charge_pause=self._context.largest_charge_pause)

    async def _book(self) -> Loaded | None:
        """The cached book, or a fresh one; None when there was nothing to decide about."""
        if self._loaded is not None:
            return self._loaded
        tick = next(self._ticks)
        self._loaded = await reads.load(self._context.table, self._account)
        self._verified = tick
        if self._loaded is None:
            opening = next((member.decision.opens for member in self._waiting if member.decision.opens), None)
            if opening is not None:
                await reads.insist_on_new(self._context.table, self._account)
                return Loaded(unopened(opening))
            asked_before = [member for member in self._waiting if member.arrived < tick]
            self._leave(answers.tell(asked_before, UNKNOWN_ACCOUNT))
        return self._loaded

    async def _is_current(self, loaded: Loaded, group: Group) -> bool:
        """Whether the book was still the last one after every member had asked (LOOP 6): else a "no" could be stale
        for ever, because nothing is written that would notice. A bug may be the book's: closed lots are read after it.
        """
        asked_before = not group.broken and all(member.arrived < self._verified for member, _ in group.declined)
        return asked_before or await self._is_newest(loaded)

    async def _is_newest(self, loaded: Loaded) -> bool:
        """Whether the stored head is still this book's; the book is forgotten when not."""
        tick = next(self._ticks)
        if await reads.head_etag(self._context.table, self._account) == loaded.etags.get(HEAD, ""):
            self._verified = tick
            return True
        self._loaded = None
        return False

    async def _commit(self, loaded: Loaded, group: Group) -> None:
        """Try the group, and do what the outcome asks for."""
        tick = next(self._ticks)
        attempt = touch if group.only_looks and not self._unknown else partial(try_commit, meanwhile=self._is_sent)
        outcome = await instrumentation.traced(group, attempt(self._context, self._account, loaded, group))
        self._lookahead.answered()
        self._loaded = None
        match outcome:
            case Won(commit, after):
                self._loaded, self._verified = after, tick
                self._one_by_one = max(0, self._one_by_one - 1)
                self._succeeded(group, commit)
                await self._contention.won()
            case Touched(after):
                self._loaded, self._verified = after, tick
                self._leave(answers.untouched(group, after.book))
            case Lost():
                await self._contention.lost()
            case Known(marks):
                self._tell_known([*(part.member for part in group.written), *group.followers_of(marks)], marks)
            case Rejected(refusal):
                self._find_rejected(group, refusal)
            case Unknown(unresolved, outage):
                self._unknown.remember(unresolved)
                raise outage

    def _tell_known(self, members: Iterable[Member], marks: Mapping[str, Mark]) -> None:
        """Whose event was settled before leaves, unless an attempt of mine did it: that one tells, once resolved."""
        self._loaded = None
        if not any(self._unknown.wrote(mark.sequence) for mark in marks.values()):
            self._leave(answers.marked(members, marks))

    def _is_sent(self, group: Group, commit: Commit) -> None:
        """The storage is busy with *commit* from here on."""
        if not self._one_by_one:
            self._lookahead.sent(group, commit)
            self._lookahead.think(self._waiting)

    def _find_rejected(self, group: Group, refusal: WriteRefusedError) -> None:
        """A deterministic refusal would refuse the whole group for ever: find the guilty member, one by one."""
        if not group.written:
            raise UnavailableError(str(refusal)) from refusal
        if len(group.written) > 1:
            self._one_by_one = len(group.written)
        else:
            self._one_by_one = max(0, self._one_by_one - 1)
            self._leave(answers.fail([part.member for part in group.written], refusal))

    def _succeeded(self, group: Group, commit: Commit) -> None:
        """The group's callers leave; they are answered when the outbox had its chance, while the loop goes on."""
        instrumentation.count(group)
        settled = answers.settled(group, commit)
        self._leave([*(member for member, _ in settled), *answers.fail_broken(group)])
        self._after_commit.start(settled, commit.sequence if group.outbox else None)

    def _leave(self, members: list[Member]) -> None:
        gone = set(map(id, members))
        self._waiting = [member for member in self._waiting if id(member) not in gone]

    def _end_all(self, error: Exception) -> None:
        members, self._waiting = self._waiting, []
        answers.fail(members, error)
