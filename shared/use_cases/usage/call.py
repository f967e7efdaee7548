"""A call record: the fields of `data`, checked one by one (CONTRACT 1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from shared.ledger.book import Terms
from shared.rating.numbers import read_number
from shared.service.instants import Instant
from shared.use_cases.usage.envelope import NAME_CHARACTERS, Reason, Unbookable

SUSPICIOUS = timedelta(hours=24)
"""One real month held a call of ten hours; a day is an error of the switch until an operator says otherwise."""

TOLERANCE = timedelta(minutes=5)
"""How far ahead of us a sender's clock may be."""


def _number(value: object) -> object:
    if isinstance(value, str) and read_number(value) is None:
        raise ValueError("+ and 7 to 15 digits, perhaps masked at the end, or a short number")
    return value


Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS)]
Number = Annotated[str, BeforeValidator(_number)]


class Call(BaseModel):
    """One finished call, as a telephony system reports it. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    direction: Literal["in", "out"]
    service: Literal["user", "conference", "autoAttendant", "callQueue"]
    called: Number
    calling: Number | None = None
    startedAt: Instant  # noqa: N815 - the wire's name
    durationSeconds: Annotated[int, Field(ge=0, lt=2**31)]  # noqa: N815 - the wire's name
    user: Name | None = None
    capability: Name | None = None
    usageLocation: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None  # noqa: N815 - the wire's name
    leg: Name | None = None

    @model_validator(mode="after")
    def _user_is_named(self) -> "Call":
        if self.service == "user" and self.user is None:
            raise ValueError("user: required when service is user")
        return self


def read_call(data: Mapping[str, Any]) -> Call | Unbookable:
    """The call, or the first field that is wrong, named."""
    try:
        return Call.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        words = first["msg"].removeprefix("Value error, ")
        return Unbookable(Reason.INVALID_FIELD, f"{field}: {words}" if field else words)


def flaw_in_time(call: Call, terms: Terms, *, now: datetime) -> Unbookable | None:
    """What is wrong with when the call was, or for how long."""
    if timedelta(seconds=call.durationSeconds) > SUSPICIOUS:
        return Unbookable(Reason.TOO_LONG, f"longer than {SUSPICIOUS // timedelta(hours=1)} hours")
    if call.startedAt > now + TOLERANCE:
        return Unbookable(Reason.IN_THE_FUTURE, "started later than now")
    if call.startedAt < terms.usage_from:
        return Unbookable(Reason.BEFORE_ACCOUNT, "started before the account takes usage")
    return None
