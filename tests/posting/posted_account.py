"""One account and the processes that post to it: the real posting loop on fake tables with controlled faults."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from shared.ledger.balance import remaining
from shared.ledger.book import Book, Funding, LotSource, Refused
from shared.ledger.change import Change, EventName, OutboxMessage
from shared.ledger.debit import Charge, debit
from shared.ledger.grant import Funds, grant
from shared.ports import OutcomeUnknownError, UnavailableError
from shared.posting.alarm import Alarms
from shared.posting.decision import Answer, Decision, Duplicate, Event, Posted, event
from shared.posting.journal import reads
from shared.posting.journal.keys import OUTBOX
from shared.posting.journal.pages import Page
from shared.posting.journal.rows import Loaded
from shared.posting.ledger import Ledger
from shared.posting.loop.context import LoopContext
from shared.posting.outbox import OutgoingMessage
from shared.recharge.rules import RechargeRules
from tests.fakes.table import FakeTable
from tests.fakes.world import FakeClock
from tests.rules.books import ACCOUNT, GRACE, HOUR, NOON, TERMS

OPENED = replace(TERMS, opened_at=NOON)
EMPTY = Refused("empty", "nothing is left")


class PostedAccount:
    """The account's tables, clock and queues. *first* is one of its processes; `process` starts another."""

    def __init__(self) -> None:
        self.table, self.alarms_table = FakeTable(), FakeTable()
        self.alarms = Alarms(self.alarms_table)
        self.clock = FakeClock(NOON)
        self.sent: list[OutgoingMessage] = []
        self.recorded: list[Sequence[OutgoingMessage]] = []
        self.outage: Exception | None = None
        self.refused: set[str] = set()
        self.sends = 0
        self._tokens = count(1)
        self.first = self.process()

    def process(self) -> Any:
        """Another process: its own cached book, the same tables. Any, because tests know the types of their answers."""
        return Ledger(
            LoopContext(
                self.table,
                self.alarms,
                self.clock,
                GRACE,
                RechargeRules(HOUR),
                self._send,
                self._record,
                lambda: f"token {next(self._tokens)}",
            )
        )

    async def _send(self, message: OutgoingMessage) -> None:
        self.sends += 1
        if self.outage is not None:
            raise self.outage
        if json.loads(message.text).get("word") in self.refused:
            raise UnavailableError("only this message fails")
        self.sent.append(message)

    async def _record(self, messages: Sequence[OutgoingMessage]) -> None:
        if self.outage is not None:
            raise self.outage
        self.recorded.append(messages)

    async def open(self) -> None:
        await self.post(Decision(lambda _book, _now: Change(), event("open", content=""), opening_terms=OPENED))

    async def post(self, decision: Decision) -> Any:
        return await self.first.post(ACCOUNT, decision)

    # --- decisions

    def debit(self, amount: int, name: str, *, other: str = "") -> Decision:
        """The debit of a call with this name; *other* changes its content."""
        charge = Charge(amount, NOON - timedelta(hours=1), EventName("exchange", name), "", "", {})

        def decide(book: Book, _now: datetime) -> Change:
            return debit(book, charge)

        return Decision(decide, event("call", name, content=f"{amount}{other}"))

    def grant(self, amount: int, name: str) -> Decision:
        def decide(book: Book, now: datetime) -> Change:
            origin = EventName("grant", name)
            return grant(book, Funds(amount, LotSource.GRANT, Funding.PAID, origin, charged_at=now), now=now)

        return Decision(decide, event("grant", name, content=str(amount)))

    def debit_if_covered(self, amount: int, name: str) -> Decision:
        """A debit that is refused if the remaining amount is smaller."""

        def decide(book: Book, now: datetime) -> Change | Refused | None:
            return self.debit(amount, name).decide(book, now) if remaining(book) >= amount else EMPTY

        return replace(self.debit(amount, name), decide=decide)

    def send_messages(self, *words: str, queue: str = "notices", private: str = "", name: str = "messages") -> Decision:
        """A decision whose commit sends messages."""
        outbox = tuple(OutboxMessage(queue, {"word": word}, private) for word in words)
        return Decision(lambda _book, _now: Change(outbox=outbox), event("send", name, content=""))

    # --- stored rows

    async def loaded(self) -> Loaded:
        """The book and its ETags, loaded from the rows."""
        found = await reads.load(self.table, ACCOUNT)
        assert found is not None
        return found

    async def stored(self) -> Book:
        return (await self.loaded()).book

    async def remaining(self) -> int:
        book = await self.stored()
        return remaining(book) - book.overdraft

    async def pages(self) -> list[Page]:
        sequence = (await self.stored()).position.sequence
        return [page async for page in reads.pages(self.table, ACCOUNT, 1, sequence)]

    async def debits(self) -> list[str]:
        """The names of all booked calls, in order."""
        movements = [movement for page in await self.pages() for movement in page.facts["movements"]]
        return [movement["event"][1] for movement in movements if movement["kind"] == "debit"]

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self.table.partitions.get(ACCOUNT, {}) if key.startswith(prefix))

    @property
    def outbox(self) -> list[str]:
        return self.keys(OUTBOX)

    def alarm_rows(self) -> list[str]:
        return sorted(key for rows in self.alarms_table.partitions.values() for key in rows)


class LoseAnswers:
    """A hook for `FakeTable.before` (loses requests) or `.after` (loses answers), at the operations numbered *at*."""

    def __init__(self, *at: int, verb: str = "transact") -> None:
        self.at, self.verb, self.seen, self.fired = set(at), verb, 0, 0

    async def __call__(self, verb: str, _partition: str, _what: object) -> None:
        if verb == self.verb:
            self.seen += 1
            if self.seen in self.at:
                self.fired += 1
                raise OutcomeUnknownError("lost") if verb == "transact" else UnavailableError("lost")


class DelayWrite:
    """A hook for `FakeTable.before`: intercepts the first transaction and applies it before the *when*-th later
    operation, or when `apply` is called. If *away*, all operations after the first transaction fail.
    """

    def __init__(self, table: FakeTable, when: int, *, away: bool = False) -> None:
        self.table, self.left, self.away, self.applied = table, when, away, False
        self.intercepted = asyncio.Event()
        self.writes: Callable[[], object] | None = None

    async def __call__(self, verb: str, partition: str, what: object) -> None:
        if self.writes is None:
            if verb == "transact":
                assert isinstance(what, list)
                self.writes = lambda: self.table.apply(partition, what)
                self.intercepted.set()
                raise OutcomeUnknownError("the write is delayed")
            return
        if self.away:
            raise OutcomeUnknownError("away") if verb == "transact" else UnavailableError("away")
        self.left -= 1
        if self.left == 0:
            self.apply()

    def apply(self) -> bool:
        """Apply the delayed write now; return whether it succeeded."""
        assert self.writes is not None
        try:
            self.writes()
            self.applied = True
        except Exception:  # noqa: BLE001 - rejected, as it must be after other writes
            return False
        return True


async def retry_until_ready(ledger: Ledger, decision: Decision) -> Any:
    """Post repeatedly, as a queue does, until the outcome is known."""
    for _ in range(10):
        try:
            return await ledger.post(ACCOUNT, decision)
        except UnavailableError:
            continue
    raise AssertionError("the outcome was never known")


def is_settled(answer: Answer) -> bool:
    """Whether the answer says that the event is booked."""
    return isinstance(answer, Posted | Duplicate)


def bug(event: Event | None = None) -> Decision:
    """A decision that fails on every book."""

    def decide(_book: Book, _now: datetime) -> Change:
        raise ZeroDivisionError

    return Decision(decide, event)
