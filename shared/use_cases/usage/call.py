"""A call record: the fields of `data`, checked one by one (CONTRACT 1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from shared.ledger.book import Terms
from shared.rating.called import CALLED_NUMBER_FORM, read_called_number
from shared.rating.numbers import read_number
from shared.service.instants import Instant
from shared.use_cases.usage.reason import Reason, Unbookable

SUSPICIOUS = timedelta(hours=24)
"""The longest call in one real month had ten hours. A longer call than a day is treated as an error of the telephony
system.
"""

NAME_CHARACTERS = 256
"""The longest source, id, user or leg: they are kept in pages for ever, ninety to a page."""

TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock may be ahead of the service's."""


def calling_number(value: object) -> str | None:
    """The caller's number; None if it is not a number, such as `anonymous`. It does not affect the price or the
    booking.
    """
    return value if isinstance(value, str) and read_number(value) is not None else None


def whole_seconds(value: object) -> object:
    """60 for 60.0, because JSON has only one kind of number. Other values are returned unchanged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _called(value: object, info: ValidationInfo) -> object:
    """Check the called number, in the caller's country. A wrong usage location has been refused before."""
    country = info.data.get("usageLocation") or info.context
    if isinstance(value, str) and read_called_number(value, country) is None:
        raise ValueError(CALLED_NUMBER_FORM)
    return value


Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS)]
Called = Annotated[
    str,
    BeforeValidator(_called),
    Field(
        description="`+` and 7 to 15 digits, perhaps masked at the end (`+1425555***`), or a short number such as "
        "`911`, read in `usageLocation`, else in the account's country.",
        examples=["+442079460123"],
    ),
]
Calling = Annotated[
    str | None,
    BeforeValidator(calling_number),
    Field(description="The caller's number; anything that is not a number counts as absent."),
]
Seconds = Annotated[
    int, Field(ge=0, lt=2**31, description="Whole seconds answered; 60.0 is 60."), BeforeValidator(whole_seconds)
]


class Call(BaseModel):
    """One finished call, as a telephony system reports it. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    direction: Literal["in", "out"]
    service: Literal["user", "conference", "autoAttendant", "callQueue"]
    usageLocation: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None  # noqa: N815 - the wire's name
    called: Called
    calling: Calling = None
    startedAt: Instant  # noqa: N815 - the wire's name
    durationSeconds: Seconds  # noqa: N815 - the wire's name
    user: Name | None = None
    capability: Name | None = None
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
        message = first["msg"].removeprefix("Value error, ")
        return Unbookable(Reason.INVALID_FIELD, f"{field}: {message}" if field else message)


def flaw_in_time(call: Call, terms: Terms, *, now: datetime) -> Unbookable | None:
    """What is wrong with the call's start or duration."""
    if timedelta(seconds=call.durationSeconds) > SUSPICIOUS:
        return Unbookable(Reason.TOO_LONG, f"longer than {SUSPICIOUS // timedelta(hours=1)} hours")
    if call.startedAt > now + TOLERANCE:
        return Unbookable(Reason.IN_THE_FUTURE, "started later than now")
    if call.startedAt < terms.usage_from:
        return Unbookable(Reason.BEFORE_ACCOUNT, "started before the account takes usage")
    return None
