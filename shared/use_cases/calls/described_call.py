"""What a usage event and a question before a call have in common: the parties of the call (CONTRACT 1, 2.2)."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from shared.rating.called import CALLED_NUMBER_FORM, read_called_number
from shared.rating.numbers import read_number
from shared.use_cases.accounts.iso_codes import Country, is_country

NAME_CHARACTERS = 256
"""The longest source, id, user or leg: they are kept in pages for ever, ninety to a page."""


def calling_number(value: object) -> str | None:
    """The caller's number; None if it is not a number, such as `anonymous`. It does not affect the price or the
    booking.
    """
    return value if isinstance(value, str) and read_number(value) is not None else None


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


class DescribedCall(BaseModel):
    """A call's direction, service and numbers, and who pays. Called numbers are read in the usage location, else in
    the account's country, which is the validation's context.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    direction: Literal["in", "out"]
    service: Literal["user", "conference", "autoAttendant", "callQueue"]
    usageLocation: Country | None = None  # noqa: N815 - the wire's name
    called: Called
    calling: Calling = None
    user: Name | None = None
    capability: Name | None = None


def _location(value: object) -> object:
    return value if isinstance(value, str) and is_country(value) else None


class DialledNumber(BaseModel):
    """The called number alone, with the usage location if that is a country: whatever else is wrong, an emergency call
    must be recognised (R13).
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    usageLocation: Annotated[str | None, BeforeValidator(_location)] = None  # noqa: N815 - the wire's name
    called: Called
