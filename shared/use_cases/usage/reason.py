"""Why usage cannot be booked (CONTRACT 1), and bytes without an identity."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an event could not be booked."""

    UNREADABLE = "unreadable"
    NOT_CLOUDEVENTS = "not_cloudevents"
    UNKNOWN_TYPE = "unknown_type"
    INVALID_FIELD = "invalid_field"
    TOO_LONG = "too_long"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_ACCOUNT = "before_account"
    UNKNOWN_ACCOUNT = "unknown_account"
    NO_RATE = "no_rate"
    MASKED_NUMBER = "masked_number"
    UNKNOWN_PAYER = "unknown_payer"
    CONFLICT = "conflict"
    NOT_A_CALL = "not_a_call"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Unbookable:
    """Why usage cannot be booked: the reason, and a text for people that never contains a phone number."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Nameless:
    """Something in a message that has no identity except its bytes. *row*: see `Named.row`. *source* and *id* are those
    of an event whose account is not known; they are only shown.
    """

    raw: bytes
    flaw: Unbookable
    row: str = ""
    source: str = ""
    id: str = ""
