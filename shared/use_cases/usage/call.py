"""A call record: the fields of `data`, checked one by one (CONTRACT 1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from shared.ledger.book import Terms
from shared.service.flaw_details import detail_of
from shared.service.instants import Instant
from shared.use_cases.calls.described_call import DescribedCall, Name
from shared.use_cases.usage.reason import Reason, Unbookable

SUSPICIOUS = timedelta(hours=24)
"""The longest call in one real month had ten hours. A longer call than a day is treated as an error of the telephony
system.
"""

_TOO_LONG = Unbookable(Reason.TOO_LONG, f"longer than {SUSPICIOUS // timedelta(hours=1)} hours")

TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock may be ahead of the service's."""


def whole_seconds(value: object) -> object:
    """60 for 60.0, because JSON has only one kind of number. Other values are returned unchanged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Seconds = Annotated[
    int, Field(ge=0, lt=2**31, description="Whole seconds answered; 60.0 is 60."), BeforeValidator(whole_seconds)
]


class Call(DescribedCall):
    """One finished call, as a telephony system reports it. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    startedAt: Instant  # noqa: N815 - the wire's name
    durationSeconds: Seconds  # noqa: N815 - the wire's name
    leg: Name | None = None

    @model_validator(mode="after")
    def _user_is_named(self) -> "Call":
        if self.service == "user" and self.user is None:
            raise ValueError("user: required when service is user")
        return self


def read_call(data: Mapping[str, Any], country: str) -> Call | Unbookable:
    """The call, or a text that names the first wrong field. *country* is that of the account; the caller is there
    unless the event has another usage location.
    """
    try:
        return Call.model_validate(dict(data), context=country)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        if field == "durationSeconds" and first["type"] == "less_than":
            return _TOO_LONG
        message = detail_of(first)
        return Unbookable(Reason.INVALID_FIELD, f"{field}: {message}" if field else message)


def flaw_in_time(call: Call, terms: Terms, *, now: datetime) -> Unbookable | None:
    """What is wrong with the call's start or duration."""
    if timedelta(seconds=call.durationSeconds) > SUSPICIOUS:
        return _TOO_LONG
    if call.startedAt > now + TOLERANCE:
        return Unbookable(Reason.IN_THE_FUTURE, "started later than now")
    if call.startedAt < terms.usage_from:
        return Unbookable(Reason.BEFORE_ACCOUNT, "started before the account takes usage")
    return None
