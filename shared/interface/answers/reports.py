"""Answers that show usage: call records, summed usage, statements."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from shared.interface.answers.accounts import EventName, Explanation
from shared.interface.answers.parts import Answer, CurrencyCode, Money, Page
from shared.rating.kind import CallKind

Number: TypeAlias = Annotated[str | None, Field(description="Null once its retention has ended.")]


class CallRecord(Answer):
    """One call as it is booked now."""

    id: str
    event: EventName
    startedAt: datetime  # noqa: N815 - the wire's name
    direction: Literal["in", "out"]
    service: Literal["user", "conference", "autoAttendant", "callQueue"]
    callKind: CallKind  # noqa: N815
    user: str | None
    capability: Annotated[str | None, Field(description="The plan that the call was made by.")]
    calling: Number
    called: Number
    seconds: int
    billedSeconds: Annotated[int, Field(description="Seconds that credit paid for.")]  # noqa: N815
    freeSeconds: Annotated[int, Field(description="Seconds that a pool or an included destination paid.")]  # noqa: N815
    amount: Annotated[Money, Field(description="What the call costs.")]
    isReversed: Annotated[bool, Field(description="Whether its charge was taken back.")]  # noqa: N815
    explanation: Explanation


class CallPage(Page[CallRecord]):
    """A page of calls."""


class UsageItem(Answer):
    """The calls with one key."""

    key: Annotated[str | None, Field(description="Null for calls of which nothing is known here.")]
    calls: int
    seconds: int
    billedSeconds: Annotated[int, Field(description="Seconds that credit paid for.")]  # noqa: N815
    freeSeconds: Annotated[int, Field(description="Seconds that a pool or an included destination paid.")]  # noqa: N815
    amount: Money


class UsagePage(Page[UsageItem]):
    """A page of summed usage."""


class StatementPages(Answer):
    """The journal pages of a month; null if nothing was booked in it."""

    first: int | None
    last: int | None


class StatementLot(Answer):
    """One lot's line: opening + in - used - expired - refunded - clawedBack + corrected = closing."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    opening: Money
    in_: Annotated[Money, Field(alias="in", description="Purchased, recharged or granted.")]
    used: Annotated[Money, Field(description="What calls took, and overdraft that the lot paid.")]
    expired: Money
    refunded: Money
    clawedBack: Money  # noqa: N815
    corrected: Annotated[Money, Field(description="Signed.")]
    closing: Money


class Statement(Answer):
    """What was booked in a calendar month."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    currency: CurrencyCode
    opening: Money
    purchased: Money
    recharged: Money
    granted: Money
    used: Money
    expired: Money
    refunded: Money
    clawedBack: Money  # noqa: N815
    corrected: Annotated[Money, Field(description="Signed.")]
    closing: Annotated[
        Money,
        Field(description="The sum of the lots less the overdraft; expired credit stays until its lapse is booked."),
    ]
    overdraft: Annotated[Money, Field(description="At the end of the month.")]
    lots: Annotated[list[StatementLot], Field(description="The lots that had credit or moved in the month.")]
    pages: StatementPages
    chain: Annotated[str, Field(description="The hash of the last journal page up to the end of the month.")]
