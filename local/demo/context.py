"""What every chapter works with: the service, the expected books beside it, and the paper that the story goes onto."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from local.clock.idle import Idle
from local.demo.calls import Call
from local.demo.clients import Json, Service, StandIns, amount
from local.demo.console import DemoConsole
from local.demo.delivery import doubled, drop, messages
from local.demo.expected_books import Books, Claims, balance_words
from local.demo.independent_rating import PublishedCard
from local.demo.plan import AMOUNT, TRIGGER, Plan, cost
from local.machine.machine import Machine
from shared.kernel.times import instant_text

RECHARGED, POSTPONED, REFUSED, ZERO = "recharged", "postponed", "refused", "zero"
KINDS = {
    "recharged with": RECHARGED,
    "we will try again": POSTPONED,
    "please act": REFUSED,
    "balance is zero": ZERO,
}
"""What an e-mail is about, by words of its subject. E-mails of other kinds are shown and not judged."""


@dataclass(slots=True)
class Tally:
    """How much went onto the queue."""

    calls: list[Call] = field(default_factory=list)
    twice: int = 0
    messages: int = 0


@dataclass(slots=True)
class DemoContext:
    """One run of the demo."""

    machine: Machine
    service: Service
    around: StandIns
    plan: Plan
    card: PublishedCard
    console: DemoConsole
    random: Random
    books: Books = field(default_factory=Books)
    claims: Claims = field(default_factory=Claims)
    tally: Tally = field(default_factory=Tally)
    emails: list[str] = field(default_factory=list)
    """The kinds of e-mails that must have come."""
    emails_shown: int = 0

    def report(self, calls: Sequence[Call], *, beside: Sequence[object] = ()) -> None:
        """Have *calls* reported, some of them twice, with what comes *beside* them; return when all is quiet."""
        events = [call.event(self.service.account) for call in calls]
        twice = doubled(events)
        mixed = [*events, *twice, *beside]
        self.random.shuffle(mixed)
        self.tally.calls += calls
        self.tally.twice += len(twice)
        self.send(messages(self.random, mixed))
        self.books.spend(cost(calls))

    def send(self, texts: Sequence[str]) -> None:
        """Put *texts* onto the queue and return when all is quiet."""
        self.tally.messages += len(texts)
        asyncio.run(drop(self.machine.storage, texts))
        self.settle()

    def settle(self) -> None:
        """Return when no message, invocation or webhook is on its way any more."""
        hosts = [worker.address for worker in self.machine.workers]
        asyncio.run(Idle(self.machine.storage, hosts, self.machine.payments).reached())

    def expect_recharge(self) -> None:
        """Auto-recharge charges once when the trigger is reached, and tells."""
        if self.books.balance <= TRIGGER:
            self.books.fund("recharge", AMOUNT)
            self.emails.append(RECHARGED)

    def read_balance(self, moment: str) -> Json:
        """The account as the service tells it at some *moment* of the story, held against the expected books."""
        found: Json = self.service.get("")
        self.claims.add(
            f"balance {moment}",
            balance_words(self.books.balance, self.books.overdraft),
            balance_words(amount(found["balance"]), amount(found["overdraft"])),
        )
        return found

    def show_lots(self) -> None:
        """Every lot as the service tells it."""
        self.console.lots(self.service.all("lots"))

    def show_emails(self) -> None:
        """The e-mails that came since the last look."""
        found = self.around.emails()
        self.console.emails(found[self.emails_shown :])
        self.emails_shown = len(found)

    def last_email(self, kind: str) -> Json:
        """The latest e-mail of one kind; IndexError when there is none."""
        return [email for email in self.around.emails() if kinds_of([email]) == [kind]][-1]

    def movements(self, kind: str) -> list[Json]:
        """Every movement of one kind, oldest first."""
        return self.service.all("movements", kind=kind)

    def movements_since(self, instant: datetime, kind: str) -> list[Json]:
        """Those that were booked at or after *instant*."""
        return self.service.all("movements", **{"kind": kind, "from": instant_text(instant)})


def kinds_of(emails: Iterable[Json]) -> list[str]:
    """What the e-mails are about, those of other kinds left out."""
    found = (next((kind for words, kind in KINDS.items() if words in email["subject"]), None) for email in emails)
    return [kind for kind in found if kind is not None]
