"""What became of e-mails: one record for each notice and group of readers (CONTRACT 2, notices)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.kernel.ids import AccountId


class DeliveryState(StrEnum):
    """What is known of an e-mail."""

    WAITING = "waiting"  # the mail service has not accepted it yet
    SENT = "sent"  # accepted by the mail service
    DELIVERED = "delivered"  # accepted by every reader's mail server
    FAILED = "failed"  # refused, or not accepted by the mail server of a reader


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice to one group of readers. *id* sorts by the commit of the notice. *notice* is the notice as JSON while it
    waits because the mail service was asked too often: it may be sent with others to the same *readers*. Until
    *claimed_until* somebody is sending it with others.
    """

    id: str
    kind: str
    at: datetime
    language: str
    readers: str
    recipients: int
    state: DeliveryState = DeliveryState.WAITING
    undelivered: int = 0
    delivered: int = 0
    notice: str = ""
    claimed_until: datetime | None = None
    etag: str = ""

    def is_claimed(self, now: datetime) -> bool:
        """Whether it is being sent with others."""
        return self.claimed_until is not None and now < self.claimed_until


class Deliveries(Protocol):
    """The records of e-mails. Every method raises `UnavailableError`."""

    async def get(self, account: AccountId, name: str) -> Delivery | None:
        """One record."""
        ...

    async def put(self, account: AccountId, deliveries: Sequence[Delivery]) -> bool:
        """Write records, all or none; False when one of them has changed since it was read."""
        ...

    async def throttled(self, account: AccountId, readers: str) -> Sequence[Delivery]:
        """The records for *readers* that wait because the mail service was asked too often, oldest first."""
        ...

    async def expect(self, message: UUID, account: AccountId, names: Sequence[str], addresses: Sequence[str]) -> None:
        """Remember, before *message* is sent, of which records and addresses its delivery reports will be."""
        ...

    async def report(self, message: UUID, address: str, *, is_delivered: bool) -> AccountId | None:
        """Note a delivery report, once for each address, and return the account; None for a message or an address that
        is not ours.
        """
        ...

    async def page(self, account: AccountId, after: str, limit: int, *, newest_first: bool) -> Sequence[Delivery]:
        """At most *limit* records after *after*, by id."""
        ...

    async def suppress(self, account: AccountId, address: str, version: int) -> None:
        """Remember that *address* cannot be reached, as long as the administrators' list has this *version*."""
        ...

    async def suppressed(self, account: AccountId, addresses: Collection[str], version: int) -> frozenset[str]:
        """Those of *addresses* that cannot be reached, in this *version* of the list."""
        ...
