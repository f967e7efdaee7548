"""Answers about a carrier's export compared with what was booked."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.interface.answers.accounts import EventName
from shared.interface.answers.parts import Answer, Money, Page
from shared.ports import ReceiptState
from shared.use_cases.reconciliation.workspace import DifferenceClass

Value = Annotated[int | Money | None, Field(description="Seconds of a duration, else money.")]


class UsageDifference(Answer):
    """One call in which both sides differ."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    class_: Annotated[
        DifferenceClass,
        Field(
            alias="class",
            description="`missing_here`: in the export, not booked. `missing_there`: booked, not in the export. "
            "`doubled`: twice in the export. `duration`: over one second apart. `price`: where the record has one.",
        ),
    ]
    record: Annotated[str | None, Field(description="The export's record: its place in the file, and its id.")]
    event: Annotated[EventName | None, Field(description="The booked event.")]
    ours: Value
    theirs: Value


class DifferenceAmounts(Answer):
    """What the differences of a class add up to on each side; null where no difference has a value."""

    ours: Value
    theirs: Value


class ReconciliationSummary(Answer):
    """A carrier's export compared with what was booked."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    state: ReceiptState
    format: str
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    at: Annotated[datetime, Field(description="When the comparison was asked for.")]
    read: Annotated[int, Field(description="Records of this account and period.")]
    matched: Annotated[int, Field(description="Those of which the call was booked.")]
    skipped: Annotated[int, Field(description="Records that are no calls, or cannot be read.")]
    counts: Annotated[dict[DifferenceClass, int], Field(description="All differences, by class.")]
    amounts: Annotated[dict[DifferenceClass, DifferenceAmounts], Field(description="What they add up to, by class.")]
    detail: Annotated[str | None, Field(description="Why the export could not be read.")]


class Reconciliation(ReconciliationSummary):
    """A carrier's export compared with what was booked, and at most 1,000 of the differences."""

    differences: list[UsageDifference]
    next: Annotated[str | None, Field(description="Send it as `after` to read the next 1,000; null on the last page.")]


class ReconciliationPage(Page[ReconciliationSummary]):
    """A page of comparisons."""
