"""What every chapter works with: the service, the expected books, and the console."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from local.clock.idle import Idle
from local.demo.calls import Call
from local.demo.clients import StandIns, amount
from local.demo.console import DemoConsole
from local.demo.delivery import messages, repeated, send_all
from local.demo.expected_books import Books, Claims, balance_text
from local.demo.independent_rating import PublishedCard
from local.demo.plan import AMOUNT, TRIGGER, Plan, cost
from local.machine.machine import Machine
from local.machine.service_client import Json, ServiceClient
from shared.kernel.times import instant_text
from shared.notices.languages import LANGUAGES

ENGLISH = "Communications Credits: "
"""How the subjects of English e-mails begin. Each notice goes out in English first."""

RECHARGED, POSTPONED, REFUSED, ZERO = "recharged", "postponed", "refused", "zero"
KINDS = {
    "recharged with": RECHARGED,
    "we will try again": POSTPONED,
    "please act": REFUSED,
    "balance is zero": ZERO,
}
"""The kind of an e-mail by a phrase of its subject. E-mails of other kinds are shown and not checked."""


@dataclass(slots=True)
class Tally:
    """How much was put onto the queue: the calls, how many of them were sent twice, and the messages."""

    calls: list[Call] = field(default_factory=list)
    twice: int = 0
    messages: int = 0


@dataclass(slots=True)
class DemoContext:
    """One run of the demo."""

    machine: Machine
    service: ServiceClient
    fabrikam: ServiceClient
    """The account of another organisation, whose telephony system asks before each call."""
    stand_ins: StandIns
    plan: Plan
    card: PublishedCard
    console: DemoConsole
    random: Random
    books: Books = field(default_factory=Books)
    fabrikam_books: Books = field(default_factory=Books)
    claims: Claims = field(default_factory=Claims)
    tally: Tally = field(default_factory=Tally)
    emails: list[str] = field(default_factory=list)
    """The kinds of the e-mails that are expected, in their order."""
    emails_shown: int = 0

    def report(self, calls: Sequence[Call], *, others: Sequence[object] = ()) -> None:
        """Report *calls*, some of them twice, mixed with *others*; return when the service is idle."""
        events = [call.event(self.service.account) for call in calls]
        twice = repeated(events)
        mixed = [*events, *twice, *others]
        self.random.shuffle(mixed)
        self.tally.calls += calls
        self.tally.twice += len(twice)
        self.send(messages(self.random, mixed))
        self.books.spend(cost(calls))

    def send(self, texts: Sequence[str]) -> None:
        """Put *texts* onto the queue, and return when the service is idle."""
        self.tally.messages += len(texts)
        asyncio.run(send_all(self.machine.storage, texts))
        self.settle()

    def settle(self) -> None:
        """Return when no message, invocation or webhook is under way."""
        hosts = [worker.address for worker in self.machine.workers]
        asyncio.run(Idle(self.machine.storage, hosts, self.machine.payments).wait())

    def expect_recharge(self) -> None:
        """Expect one charge and one e-mail if the trigger is reached."""
        if self.books.balance <= TRIGGER:
            self.books.fund("recharge", AMOUNT)
            self.emails.append(RECHARGED)

    def read_balance(self, moment: str) -> Json:
        """The account at this *moment* of the demo, compared with the expected books."""
        found: Json = self.service.get("")
        self.claims.add(
            f"balance {moment}",
            balance_text(self.books.balance, self.books.overdraft),
            balance_text(amount(found["balance"]), amount(found["overdraft"])),
        )
        return found

    def show_lots(self) -> None:
        """Print every lot of the account."""
        self.console.lots(self.service.all("lots"))

    def show_emails(self) -> None:
        """Print the English e-mails that have not been shown yet, and the last one in the other languages."""
        found = self.stand_ins.emails()
        english = [email for email in found if email["subject"].startswith(ENGLISH)]
        new = english[self.emails_shown :]
        self.console.emails(new)
        if new:
            others = found[found.index(new[-1]) + 1 :]
            self.console.translations(email["subject"] for email in others[: len(LANGUAGES) - 1])
        self.emails_shown = len(english)

    def last_email(self, kind: str) -> Json:
        """The latest e-mail of one kind; IndexError when there is none."""
        return [email for email in self.stand_ins.emails() if kinds_of([email]) == [kind]][-1]

    def movements(self, kind: str) -> list[Json]:
        """Every movement of one kind, oldest first."""
        return self.service.all("movements", kind=kind)

    def movements_since(self, instant: datetime, kind: str) -> list[Json]:
        """Every movement of one kind that was booked at or after *instant*."""
        return self.service.all("movements", **{"kind": kind, "from": instant_text(instant)})


def kinds_of(emails: Iterable[Json]) -> list[str]:
    """The kinds of *emails*, in order. E-mails whose kind is not in `KINDS` are left out."""
    found = (next((kind for phrase, kind in KINDS.items() if phrase in email["subject"]), None) for email in emails)
    return [kind for kind in found if kind is not None]
