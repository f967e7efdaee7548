"""A portion of a file: its rows are booked or suspended, and counted (R10, R24)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from shared.kernel.ids import digest
from shared.ports import Counts
from shared.readers.row import Ignored, RefusedRecord, Row, UnreadableFileError, Usage
from shared.service.services import Services
from shared.telemetry.instruments import IGNORED
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed
from shared.use_cases.usage.read_events import Source, refused_item
from shared.use_cases.usage.reason import Nameless
from shared.use_cases.usage.record_items import Outcome, Recorded, record_rows

ROWS_AT_ONCE = 1_000
"""Rows of one portion: some ten commits of one account, and few enough to be read again after a crash."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Consecutive *rows* of a file; none at its end. *flaw* says why the file cannot be read beyond them; empty if it
    can.
    """

    rows: Sequence[Row]
    flaw: str = ""


def next_portion(rows: Iterator[Row], most: int = ROWS_AT_ONCE) -> Portion:
    """The next rows of a file."""
    found: list[Row] = []
    try:
        for row in islice(rows, most):
            found.append(row)  # noqa: PERF402 - the rows before a flaw are kept
    except UnreadableFileError as error:
        return Portion(found, str(error))
    return Portion(found)


async def record_portion(services: Services, rows: Sequence[Row], source: Source, receipt: str, begin: int) -> Counts:
    """Book *rows*, the first of which is number *begin* of the file with this *receipt*, and count the outcomes.

    Each settled event names its row, so that rows that an earlier run settled, before it was killed, count as what
    they were then and not as duplicates. Raises `UnavailableError`; then the portion is recorded again.
    """
    key = digest(receipt)[:16]
    items: list[Named | Nameless] = []
    ignored: Counter[str] = Counter()
    for number, row in enumerate(rows, start=begin):
        match row:
            case Usage(event, _):
                items.append(replace(read_event(Parsed(event)), row=f"{key}.{number}"))
            case RefusedRecord():
                items.append(replace(refused_item(row, source), row=f"{key}.{number}"))
            case Ignored(reason, _):
                ignored[reason] += 1
    outcomes = await record_rows(services, items)
    for reason, count in ignored.items():
        IGNORED.add(count, {"reason": reason})
    return counted(outcomes, ignored)


def counted(outcomes: Sequence[Recorded], ignored: Counter[str]) -> Counts:
    """The counts of rows with these *outcomes*, and of those that were *ignored*, by reason."""
    of = Counter(each.outcome for each in outcomes)
    reasons = Counter(each.reason.value for each in outcomes if each.reason is not None) + ignored
    return Counts(
        read=len(outcomes) + ignored.total(),
        booked=of[Outcome.BOOKED],
        duplicate=of[Outcome.DUPLICATE],
        suspended=of[Outcome.SUSPENDED],
        ignored=ignored.total(),
        free=sum(each.is_free for each in outcomes),
        reasons=dict(reasons),
    )


def added(one: Counts, other: Counts) -> Counts:
    """Both counts together."""
    return Counts(
        read=one.read + other.read,
        booked=one.booked + other.booked,
        duplicate=one.duplicate + other.duplicate,
        suspended=one.suspended + other.suspended,
        ignored=one.ignored + other.ignored,
        free=one.free + other.free,
        reasons=dict(Counter(one.reasons) + Counter(other.reasons)),
    )
