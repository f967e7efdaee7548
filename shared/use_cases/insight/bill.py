"""Another provider's bill, or any file of calls, priced as an account would pay for them; nothing is written (R21)."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

from shared.insight.replay import ReplayedCall
from shared.ledger.book import Book, Terms
from shared.ledger.change import EventName
from shared.ledger.debit import Charge
from shared.ledger.hold import Hold
from shared.plans.sizes import Sizes
from shared.readers.formats import FORMATS, read_file
from shared.readers.profile import Reading
from shared.readers.row import Ignored, RefusedRecord, UnreadableFileError, Usage
from shared.service.http import Flaw, ProblemError, Request
from shared.service.query import choice_in
from shared.service.services import Services
from shared.use_cases.calls.call_facts import CallFacts, facts_of
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.usage.call import SUSPICIOUS, Call, read_call
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed
from shared.use_cases.usage.reason import Reason, Unbookable

BILL_BYTES_MAX, CALLS_MAX = 32 * 1024 * 1024, 50_000
"""Two months of most organisations. Of a larger one, a part is enough for advice."""

TOO_MANY = f"a bill for advice has at most {CALLS_MAX} records; a part of it is enough"


@dataclass(slots=True)
class Bill:
    """The calls of a file. *reasons*: how many of its other records were refused or ignored, and why; *ignored*: how
    many of them cost nothing by a rule of the format.
    """

    calls: list[ReplayedCall] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    ignored: int = 0

    @property
    def costs_nothing(self) -> bool:
        """Whether everything in it was understood, and nothing is charged."""
        return not self.calls and 0 < self.ignored == self.reasons.total()

    @property
    def summary(self) -> str:
        """How many records are not among the calls, by reason."""
        return ", ".join(f"{number} {reason}" for reason, number in sorted(self.reasons.items())) or "it is empty"


@dataclass(frozen=True, slots=True)
class _Priced:
    """The charge of one call of the bill."""

    facts: CallFacts
    seconds: int
    sizes: Sizes

    def __call__(self, book: Book, hold: Hold | None) -> Charge:
        """What the rules that book make of it."""
        return charge_call(book, self.facts, self.seconds, EventName("bill", ""), self.sizes, hold=hold)


async def read_bill(services: Services, request: Request, terms: Terms) -> Bill:
    """The bill in the body, in the format `?format=`. ProblemError if it cannot be read."""
    form = choice_in(request, "format", tuple(FORMATS))
    if form is None:
        raise ProblemError("invalid_request", "format is required", (Flaw("/format", "missing", "name the format"),))
    if len(request.body) > BILL_BYTES_MAX:
        raise ProblemError("payload_too_large", f"a bill for advice has at most {BILL_BYTES_MAX} bytes")
    reading = Reading(form, account=terms.account, countries={terms.account: terms.country})
    bill, known = Bill(), set[tuple[str, str]]()
    try:
        rows = list(_bounded(request.body, reading))
    except UnreadableFileError as error:
        raise ProblemError("invalid_request", f"the file cannot be read: {error}") from error
    for row in rows:
        if isinstance(row, Ignored | RefusedRecord):
            bill.reasons[row.reason] += 1
            bill.ignored += isinstance(row, Ignored)
            continue
        event = read_event(Parsed(row.event))
        if event.flaw is not None:
            bill.reasons[event.flaw.reason.value] += 1
            continue
        assert isinstance(event, Named)
        name = (event.source, event.id)
        if name in known:
            bill.reasons["duplicate"] += 1
            continue
        known.add(name)
        await _add(services, bill, event, terms)
    return bill


def _bounded(body: bytes, reading: Reading) -> Sequence[Usage | RefusedRecord | Ignored]:
    found: list[Usage | RefusedRecord | Ignored] = []
    with closing(read_file(BytesIO(body), reading)) as rows:
        for row in rows:
            found.append(row)
            if len(found) > CALLS_MAX:
                raise ProblemError("payload_too_large", TOO_MANY)
    return found


async def _add(services: Services, bill: Bill, event: Named, terms: Terms) -> None:
    call = read_call(event.data, terms.country)
    facts = call if isinstance(call, Unbookable) else await _facts(services, call, terms)
    if isinstance(call, Unbookable) or isinstance(facts, Unbookable):
        flaw = call if isinstance(call, Unbookable) else facts
        assert isinstance(flaw, Unbookable)
        bill.reasons[flaw.reason.value] += 1
        return
    length = timedelta(seconds=call.durationSeconds)
    priced = _Priced(facts, call.durationSeconds, services.rules.plan_sizes)
    bill.calls.append(ReplayedCall(call.startedAt, call.startedAt + length, priced))


async def _facts(services: Services, call: Call, terms: Terms) -> CallFacts | Unbookable:
    """The facts of a call, at the rates of its start; calls from before the oldest rate card at those of today."""
    if timedelta(seconds=call.durationSeconds) > SUSPICIOUS:
        return Unbookable(Reason.TOO_LONG, "longer than a day")
    found = await facts_of(services, call, terms, call.startedAt)
    if isinstance(found, Unbookable) and found.reason is Reason.NO_RATE:
        return await facts_of(services, call, terms, services.clock.now())
    return found
