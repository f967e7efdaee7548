"""Answers that show usage: call records, summed usage, statements."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.accounts import EventName, Explanation
from shared.interface.answers.parts import Answer, Money, Page
from shared.rating.kind import CallKind

Number = Annotated[str | None, Field(description="Null once its retention has ended.")]


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
