"""Compare a carrier's export with what was booked: every difference classed, in bounded memory (R29)."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from shared.kernel.ids import AccountId
from shared.ledger.book import Terms
from shared.readers.formats import read_file
from shared.readers.prices import price_of
from shared.readers.profile import Reading
from shared.readers.row import Usage
from shared.service.services import Services
from shared.use_cases.reconciliation.shown import event_label
from shared.use_cases.reconciliation.workspace import CallSide, Workspace
from shared.use_cases.usage.call import Call, read_call
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Period:
    """The account, and the calls that are compared: those that started at or after *first* and before *end*."""

    account: AccountId
    first: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Export:
    """The carrier's export: a seekable *file*, and how it is read."""

    file: BinaryIO
    reading: Reading


@dataclass(frozen=True, slots=True)
class Compared:
    """How many records of the account and period were *read*, how many *matched*, and how many could not be read or
    are no calls (*skipped*). The differences are in the workspace.
    """

    read: int
    matched: int
    skipped: int


async def compare_export(
    services: Services, period: Period, export: Export, workspace: Workspace, progress: Callable[[], None]
) -> Compared:
    """Fill *workspace* from *export* and from the records of booked calls, and match both. *progress* is called now and
    then. UnreadableFileError where the file cannot be read; `UnavailableError`.
    """
    terms = await services.terms(period.account)
    rows = read_file(export.file, export.reading)
    read = skipped = 0

    def add_portion() -> list[CallSide | bool | None]:
        sides = [_theirs(row, period, export.reading, terms) for row in islice(rows, ROWS_AT_ONCE)]
        workspace.add_theirs(side for side in sides if isinstance(side, CallSide))
        return sides

    while sides := await to_thread(add_portion):
        read += sum(isinstance(side, CallSide) for side in sides)
        skipped += sum(side is None for side in sides)
        progress()
    async for calls in _portions(_ours(services, period)):
        await to_thread(workspace.add_ours, calls)
        progress()
    return Compared(read, await to_thread(workspace.match), skipped)


def _theirs(row: object, period: Period, reading: Reading, terms: Terms | None) -> CallSide | bool | None:
    """The carrier's side of a call; False for one of another account or period, None for what is no readable call."""
    if not isinstance(row, Usage):
        return None
    item = read_event(Parsed(row.event))
    if not isinstance(item, Named) or item.flaw is not None:
        return None
    call = read_call(item.data, terms.country if terms else "")
    if not isinstance(call, Call):
        return None
    if item.account != period.account or not period.first <= call.startedAt < period.end:
        return False
    party, started = _party(call.direction, call.called), int(call.startedAt.timestamp())
    label = f"{row.place}: {item.id}"
    price = price_of(row, reading)
    if price is None or terms is None or price.money.currency != terms.currency:
        return CallSide(item.event.key, party, started, call.durationSeconds, None, label)
    return CallSide(item.event.key, party, started, call.durationSeconds, price.money.micros, label, price.step)


def _party(direction: str, called: str | None) -> str:
    return f"{direction} {called}" if called else ""


async def _ours(services: Services, period: Period) -> AsyncIterator[CallSide]:
    """The booked calls. A call that was unwound is not booked any more."""
    async for call in services.reports.calls.calls(period.account, period.first, period.end):
        facts, numbers = call.facts, call.numbers
        if facts.get("isReversed"):
            continue
        source, name = numbers.get("event") or facts["event"]
        yield CallSide(
            call.name.partition("-")[2],
            _party(facts["direction"], numbers.get("called")),
            int(call.started_at.timestamp()),
            facts["explanation"]["seconds"],
            facts["amount"],
            event_label(source, name),
        )


async def _portions(calls: AsyncIterator[CallSide]) -> AsyncIterator[list[CallSide]]:
    portion: list[CallSide] = []
    async for call in calls:
        portion.append(call)
        if len(portion) == ROWS_AT_ONCE:
            yield portion
            portion = []
    yield portion
