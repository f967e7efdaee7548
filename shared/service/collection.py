"""What the service collects itself, where operators configured it."""

from dataclasses import dataclass
from datetime import timedelta

from shared.kernel.ids import AccountId
from shared.ports import CallLogs, ObjectFeed, Watermarks


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects that AWS announces. *profile* names the usage profile that says whose calls they are."""

    feed: ObjectFeed
    profile: str | None


@dataclass(frozen=True, slots=True)
class PolledLogs:
    """The call logs of *tenants*. *overlap* is how late a row may appear after its call began."""

    logs: CallLogs
    watermarks: Watermarks
    tenants: tuple[AccountId, ...]
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class Collection:
    """What is collected; None: it is off."""

    objects: Objects | None = None
    logs: PolledLogs | None = None
