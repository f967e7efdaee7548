"""Registered service numbers (R7, CONTRACT 2): which account pays for calls to a number, and since when."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.ids import AccountId

HISTORY_MAX = 100
"""Registrations of one number that are kept. They are stored in one property; the oldest ones are dropped."""


class NumberKind(StrEnum):
    """What callers pay for a call to the number (CONTRACT 2)."""

    TOLL_FREE = "tollFree"  # nothing: the called organisation pays (R7)
    TOLL = "toll"
    PREMIUM = "premium"


class NumberUse(StrEnum):
    """What answers calls to the number (CONTRACT 2)."""

    CONFERENCE = "conference"
    AUTO_ATTENDANT = "autoAttendant"
    CALL_QUEUE = "callQueue"


@dataclass(frozen=True, slots=True)
class Registration:
    """*account* has the number from *from_* until *until*, half-open; *until* None: still."""

    id: str
    account: AccountId
    kind: NumberKind
    use: NumberUse
    from_: datetime
    until: datetime | None = None


History: TypeAlias = tuple[Registration, ...]
"""The registrations of one number, oldest first. They never overlap; only the last one can be open."""


def owner_at(history: History, at: datetime) -> Registration | None:
    """The registration that counts for a call that started at *at*. The first one counts for earlier calls, too: a
    number is often registered after calls to it have been made.
    """
    for place, each in enumerate(history):
        if (place == 0 or each.from_ <= at) and (each.until is None or at < each.until):
            return each
    return None


def open_in(history: History) -> Registration | None:
    """The registration that has not ended."""
    return history[-1] if history and history[-1].until is None else None


def with_registration(history: History, new: Registration) -> History:
    """The history with *new* after the others, which have all ended. Clocks differ: it begins when the last one ended
    or later.
    """
    last = history[-1].until if history else None
    begun = replace(new, from_=max(new.from_, last)) if last else new
    return (*history, begun)[-HISTORY_MAX:]


def with_end(history: History, name: str, at: datetime) -> History:
    """The history in which the registration called *name* has ended, at the latest at *at*."""
    return tuple(
        replace(each, until=max(at, each.from_)) if each.id == name and each.until is None else each for each in history
    )
