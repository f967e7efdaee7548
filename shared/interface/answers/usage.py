"""Answers about rates, usage in suspense, webhooks."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.accounts import EventName
from shared.interface.answers.parts import Answer, CurrencyCode, Money, Page
from shared.ports import SUSPENSE_REASONS, Encoding, ReceiptState, SuspenseState


class Rate(Answer):
    """What a call to a number costs. An emergency number is free and has no rate."""

    emergency: bool
    card: str | None
    direction: Annotated[Literal["out", "in"], Field(description="As the organisation sees the call.")]
    validFrom: datetime | None = None  # noqa: N815
    at: datetime
    prefix: str | None
    name: str | None = None
    type: str | None = None
    country: str | None = None
    perMinute: Money | None = None  # noqa: N815
    connectionFee: Money | None = None  # noqa: N815
    minimumSeconds: int | None = None  # noqa: N815
    incrementSeconds: int | None = None  # noqa: N815


class RateCardVersion(Answer):
    """One version of a rate card."""

    card: str
    currency: CurrencyCode
    validFrom: datetime  # noqa: N815
    rates: Annotated[int, Field(description="How many rates it has, in both directions.")]


class PublishedRateCard(RateCardVersion):
    """A version that was published, or tried. Only when it was tried: its rows, and how many are added, removed, dearer
    and cheaper than in the version in force at its `validFrom`; a row is a prefix in one direction.
    """

    dryRun: bool  # noqa: N815
    rows: int | None = None
    added: int | None = None
    removed: int | None = None
    dearer: int | None = None
    cheaper: int | None = None


class SuspendedItem(Answer):
    """Usage that could not be booked."""

    id: str
    reason: Annotated[str, Field(json_schema_extra={"enum": list(SUSPENSE_REASONS)})]
    detail: str
    receivedAt: datetime  # noqa: N815
    account: str | None
    event: EventName | None
    message: Annotated[str, Field(description="The event, or what came, whole.")]
    encoding: Annotated[Encoding | None, Field(description="There when `message` is not the text that came.")] = None
    state: SuspenseState


class Replay(Answer):
    """What became of the events in bytes that were read again."""

    read: int
    booked: int
    duplicate: int
    suspended: int
    reasons: dict[str, int]


class ReplayedItem(SuspendedItem):
    """The item after a replay."""

    replay: Annotated[Replay | None, Field(description="There when bytes without identity were read again.")] = None


class Received(Answer):
    """The provider's event has had its effect."""

    received: Literal[True]


class RateCardPage(Page[RateCardVersion]):
    """A page of versions."""


class SuspensePage(Page[SuspendedItem]):
    """A page of items."""


class UsageReceipt(Answer):
    """A file of usage was taken."""

    receipt: Annotated[str, Field(description="With it the file's state can be read.")]


class UsageFileState(Answer):
    """A file of usage, and what became of its records: read = booked + duplicate + suspended + ignored."""

    receipt: str
    state: ReceiptState
    format: str
    receivedAt: datetime  # noqa: N815
    read: int
    booked: int
    duplicate: Annotated[int, Field(description="Settled before: booked, or in suspense.")]
    suspended: int
    ignored: Annotated[int, Field(description="Understood, and not booked by a rule of the format.")]
    free: Annotated[int, Field(description="Of those booked, how many cost nothing.")]
    reasons: Annotated[dict[str, int], Field(description="Why records are in suspense or were ignored.")]
    detail: Annotated[str | None, Field(description="Why the file cannot be read, or not to its end.")]


class UsageProfile(Answer):
    """The profile of a source, with every default."""

    name: str
    format: str
    timeZone: str  # noqa: N815
    accountOf: dict[str, str]  # noqa: N815
    legs: Literal["a", "b", "both"]
    ownCarrier: Literal["charge", "ignore"]  # noqa: N815
    service: Literal["conference", "autoAttendant", "callQueue"]
    columns: dict[str, str]
    country: str | None
    encoding: str
    contexts: dict[str, Literal["in", "out", "ignore"]]
    rounding: Literal["up", "down"]
