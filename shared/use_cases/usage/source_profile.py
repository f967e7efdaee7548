"""Profiles of sources: what a telephony system's records do not say themselves (CONTRACT 6)."""

import codecs
import json
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.kernel.ids import account_id
from shared.readers.formats import FORMATS
from shared.readers.profile import Profile
from shared.readers.values import zone_of
from shared.service.services import Services

PROFILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError("one of " + ", ".join(sorted(FORMATS)))
    return text


def _zone(text: str) -> str:
    zone_of(text)
    return text


def _encoding(text: str) -> str:
    try:
        "".encode(text)  # refuses encodings of bytes, such as zlib, which `codecs.lookup` finds, too
        return codecs.lookup(text).name
    except (LookupError, UnicodeError, ValueError) as error:
        raise ValueError("there is no such encoding") from error


FormatName = Annotated[
    str,
    AfterValidator(_format),
    Field(
        description="What the records are: " + ", ".join(sorted(FORMATS)) + ".",
        json_schema_extra={"enum": sorted(FORMATS)},
    ),
]
Guid = Annotated[str, AfterValidator(account_id), Field(description="The account's id.")]
Text = Annotated[str, Field(min_length=1, max_length=256)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class SourceProfile(BaseModel):
    """How the records of one source are read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    format: FormatName
    timeZone: Annotated[  # noqa: N815 - the wire's name
        str, AfterValidator(_zone), Field(description="IANA name of the zone of times without an offset.")
    ] = "UTC"
    accountOf: Annotated[  # noqa: N815 - the wire's name
        dict[Text, Guid],
        Field(max_length=1_000, description="The account by a key of the record, such as a Voice Connector's id."),
    ] = Field(default_factory=dict)
    legs: Annotated[Literal["a", "b", "both"], Field(description="Which leg of a FreeSWITCH call is billed.")] = "a"
    ownCarrier: Annotated[  # noqa: N815 - the wire's name
        Literal["charge", "ignore"],
        Field(description="What happens to calls over a carrier with which the organisation has its own contract."),
    ] = "ignore"
    service: Annotated[
        Literal["conference", "autoAttendant", "callQueue"], Field(description="The service of calls without a user.")
    ] = "autoAttendant"
    columns: Annotated[
        dict[Text, Text], Field(max_length=100, description="The file's title of each field, such as `called`.")
    ] = Field(default_factory=dict)
    country: Annotated[
        Country | None,
        Field(description="Where numbers without a country code are dialled; by default the account's country."),
    ] = None
    encoding: Annotated[
        str, AfterValidator(_encoding), Field(description="The encoding of files without a byte order mark.")
    ] = "utf-8"
    contexts: Annotated[
        dict[Text, Literal["in", "out", "ignore"]],
        Field(max_length=100, description="The direction of calls by Asterisk's dialplan context."),
    ] = Field(default_factory=dict)
    rounding: Annotated[Literal["up", "down"], Field(description="Whether milliseconds count as a further second.")] = (
        "up"
    )

    def for_reading(self) -> Profile:
        """The profile as readers take it."""
        return Profile(
            time_zone=self.timeZone,
            account_of=self.accountOf,
            legs=self.legs,
            own_carrier=self.ownCarrier == "charge",
            service=self.service,
            columns=self.columns,
            country=self.country,
            encoding=self.encoding,
            contexts=self.contexts,
            rounds_up=self.rounding == "up",
        )


class ProfileMissingError(Exception):
    """There is no such profile, or it is for another format; the message says which."""


async def profile_for(services: Services, name: str | None, form: str) -> Profile:
    """The profile *name* for records of the format *form*; the default without a name. Raises `ProfileMissingError`
    and `UnavailableError`.
    """
    if name is None:
        return Profile()
    text = await services.imports.profile(name)
    if text is None:
        raise ProfileMissingError("there is no such profile")
    stored = SourceProfile.model_validate(json.loads(text))
    if stored.format != form:
        raise ProfileMissingError(f"the profile is for {stored.format}")
    return stored.for_reading()
