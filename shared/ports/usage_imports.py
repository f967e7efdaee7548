"""What is stored about usage that arrives in other formats: profiles of sources, and receipts of files (CONTRACT 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ReceiptState(StrEnum):
    """How far a file has been read."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # it cannot be read, or not to its end


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a file: read = booked + duplicate + suspended + ignored; *free* ones are booked.
    *reasons*: why records are in suspense or were ignored.
    """

    read: int = 0
    booked: int = 0
    duplicate: int = 0
    suspended: int = 0
    ignored: int = 0
    free: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file of usage. *blob* is its name in the container, *sender* the only account that its records may belong to
    (None: any). *counts* are those of the records before number `counts.read`, where reading continues. *reason* and
    *detail* say why it failed; *given_up_at*: how many records were read when the queue gave up last. *etag* is the
    one with which it was read; it is not part of its value.
    """

    id: str
    blob: str
    format: str
    received_at: datetime
    account: str | None = None
    profile: str | None = None
    sender: str | None = None
    state: ReceiptState = ReceiptState.WAITING
    counts: Counts = field(default_factory=Counts)
    reason: str = ""
    detail: str = ""
    given_up_at: int = 0
    etag: str = field(default="", compare=False)


class UsageImports(Protocol):
    """Profiles and receipts. All methods raise `UnavailableError`."""

    async def profile(self, name: str) -> str | None:
        """The profile *name* as JSON text; None when there is none."""
        ...

    async def put_profile(self, name: str, text: str) -> bool:
        """Store a profile, and return whether it is new."""
        ...

    async def receipt(self, name: str) -> Receipt | None:
        """One receipt."""
        ...

    async def add(self, receipt: Receipt) -> Receipt:
        """Store *receipt* unless there is one with its id, and return the stored one."""
        ...

    async def change(self, receipt: Receipt) -> Receipt | None:
        """Store the state of a *receipt* that was read, and return it with its new ETag; None, and nothing is stored,
        if it was changed since.
        """
        ...
