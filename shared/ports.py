"""What the use cases need from outside, in our words. One suite of promises a port holds fake and real thing alike.

Three kinds of wrong: a refusal is a value, an outage is one of the exceptions here, a bug is an assertion.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from shared.kernel.ids import AccountId, CardId, PaymentId
from shared.kernel.money import Money
from shared.notices.letter import Letter
from shared.rating.rate_card import CardVersion, RateCard


class UnavailableError(Exception):
    """The other side could not be reached, or did not answer: nothing is known. Ask again later, never assume."""


class Clock(Protocol):
    """The only way to learn what time it is."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


# --- Table: rows of one partition, read and written together -----------------------------------------------------

Value: TypeAlias = str | int | bool
"""What a row's property holds. Whole numbers are Int64; there are no floats, times are text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row: its key inside the partition, the ETag under which it was read, its properties."""

    key: str
    etag: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Create:
    """Insert; the whole transaction fails with `RowExistsError` when the row is there."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Replace:
    """Overwrite every property, only if the row still has *etag*."""

    key: str
    values: Mapping[str, Value]
    etag: str


@dataclass(frozen=True, slots=True)
class Upsert:
    """Insert or overwrite, whatever is there."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove, only if the row still has *etag*."""

    key: str
    etag: str


Write: TypeAlias = Create | Replace | Upsert | Delete


class WriteRefusedError(Exception):
    """The storage refused the transaction and applied nothing; *index* is the write at fault, in the order given."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(f"write {index}: {reason}")
        self.index = index


class RowExistsError(WriteRefusedError):
    """A `Create` met an existing row."""


class RowChangedError(WriteRefusedError):
    """An ETag is stale, or the row it named is gone."""


class OutcomeUnknownError(Exception):
    """No answer, or one that proves nothing: the transaction may have been applied, may be later, or never."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a key range, in key order, and in how many responses they came.

    One response shows one instant; several do not.
    """

    rows: Sequence[Row]
    responses: int


class Table(Protocol):
    """One storage table. Every promise is per partition."""

    async def get(self, partition: str, key: str) -> Row | None:
        """Read one row. Raises `UnavailableError`."""
        ...

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """Read the rows with first <= key < end, at most *limit*. Raises `UnavailableError`."""
        ...

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """Apply 1 to 100 writes of distinct rows, all or none, and return each one's new ETag ("" for a `Delete`).

        Raises `WriteRefusedError` (nothing was applied), `OutcomeUnknownError` (nobody knows). Never tries again
        by itself: a second attempt would meet the first one's rows and report a conflict with itself.
        """
        ...


# --- Queues ------------------------------------------------------------------------------------------------------


class Queues(Protocol):
    """The queues that the service feeds. A message may arrive twice; receivers are idempotent."""

    async def send(self, queue: str, text: str) -> None:
        """Put *text* on *queue*. Raises `UnavailableError`; the message may be there all the same."""
        ...


# --- Payments: cards and charges ---------------------------------------------------------------------------------


class PaymentState(StrEnum):
    """Where one payment stands, as the provider says when asked."""

    UNCONFIRMED = "unconfirmed"  # created, no charge was tried
    PROCESSING = "processing"  # tried, the outcome is not there yet
    REQUIRES_ACTION = "requiresAction"  # the buyer must confirm with the bank
    DECLINED = "declined"  # the last try failed; another card may be tried on the same payment
    SUCCEEDED = "succeeded"  # money was taken; final
    CANCELLED = "cancelled"  # final


class Presence(StrEnum):
    """Whether the buyer sits in front of the screen when the card is charged."""

    BUYER_PRESENT = "buyerPresent"  # a purchase: the bank may ask
    BUYER_ABSENT = "buyerAbsent"  # a recharge: the bank can not ask, it declines instead


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card was refused: the provider's code ("card_declined", "expired_card" ...), the issuer's decline code
    ("insufficient_funds", "lost_card" ...) and advice ("do_not_try_again", "try_again_later", "confirm_card_data").
    """

    code: str
    decline_code: str | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class StoredCard:
    """What may be shown of a stored card, and never more."""

    id: CardId
    brand: str
    last_four: str
    expiry_year: int
    expiry_month: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment to create: whole minor units, the provider's customer, and our words about it (kept by the provider
    and read back: account, purpose, reference; never a phone number).
    """

    money: Money
    customer: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One try to take the money of one payment from one card."""

    payment: PaymentId
    card: CardId
    presence: Presence
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as retrieved. *charged_at* is when the money was taken; *client_secret* lets the buyer's browser
    confirm with the bank; *decline* is the last try's, when it failed; *card* the last card tried.
    """

    id: PaymentId
    state: PaymentState
    money: Money
    about: Mapping[str, str]
    card: CardId | None = None
    decline: Decline | None = None
    charged_at: datetime | None = None
    client_secret: str | None = None


class Payments(Protocol):
    """Charges. Every *key* makes its call idempotent. All raise `UnavailableError` when the outcome is not known."""

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        """Create an unconfirmed payment: no money moves."""
        ...

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        """Try to take the money. Whatever comes of it is learnt by `retrieve`, a bank's decline included.

        Returns a decline only when nothing was tried, because the card is none that could be charged.
        """
        ...

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        """Return the payment as it stands now; None when the provider does not know it."""
        ...

    async def cancel(self, payment: PaymentId) -> None:
        """Cancel unless it has succeeded or is processing; learn by `retrieve` what came of it."""
        ...


class Cards(Protocol):
    """Stored cards. Both raise `UnavailableError`."""

    async def open_customer(self, account: AccountId, key: str) -> str:
        """Return the provider's id of a new customer that stands for *account*."""
        ...

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        """Attach what the provider's form returned (*method*) to the customer."""
        ...


class BadSignatureError(Exception):
    """A webhook's signature is missing, wrong or too old."""


class Webhooks(Protocol):
    """News from the payment provider. They say that something happened; what, is learnt by `retrieve`."""

    def payment_of(self, body: bytes, signature: str) -> PaymentId | None:
        """Return the payment that a signed event is about, None for other events. Raises `BadSignatureError`."""
        ...


# --- Mail --------------------------------------------------------------------------------------------------------


class MailRefusedError(Exception):
    """The mail service will never take this letter as it is."""


class Mail(Protocol):
    """E-mail."""

    async def send(self, letter: Letter, delivery: UUID) -> None:
        """Hand over one letter to all its readers. *delivery* is the same when it is tried again.

        Raises `UnavailableError`, `MailRefusedError`.
        """
        ...


# --- Rate cards --------------------------------------------------------------------------------------------------


class RateCards(Protocol):
    """Dated rate cards. A version is published whole or not at all. All raise `UnavailableError`."""

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        """Return the card's latest version whose validFrom is at or before *at*."""
        ...

    async def fresh(self, card: str, at: datetime) -> RateCard | None:
        """The same as stored now, where `in_force` may be some seconds old: before concluding that there is no rate."""
        ...

    async def versions(self) -> Sequence[CardVersion]:
        """Every version of every card, by name and validFrom."""
        ...

    async def publish(self, card: RateCard) -> None:
        """Store *card* as its version, replacing one with the same name and validFrom."""
        ...


# --- Suspense ----------------------------------------------------------------------------------------------------


class SuspenseState(StrEnum):
    """What became of a usage message that could not be booked."""

    OPEN = "open"
    REPLAYED = "replayed"  # tried again and booked
    ACCEPTED = "accepted"  # a conflict, booked as a correction


@dataclass(frozen=True, slots=True)
class Suspended:
    """A usage event, or bytes, that could not be booked. *message* is the event or the raw text, whole."""

    id: str
    reason: str
    detail: str
    received_at: datetime
    message: str
    account: str | None = None
    source: str | None = None
    event: str | None = None
    state: SuspenseState = SuspenseState.OPEN


class Suspense(Protocol):
    """Where unbookable usage waits, visibly. All raise `UnavailableError`."""

    async def put(self, item: Suspended) -> None:
        """Keep *item*; an item of the same id that is there stays as it is."""
        ...

    async def get(self, item: str) -> Suspended | None:
        """Return one item."""
        ...

    def items(self, state: SuspenseState, after: str | None) -> AsyncIterator[Suspended]:
        """Items in *state* behind *after*, oldest first."""
        ...

    async def change(self, item: Suspended) -> None:
        """Store the item's new state, reason and detail."""
        ...


# --- Tokens ------------------------------------------------------------------------------------------------------


class BadTokenError(Exception):
    """A bearer token that proves nothing: missing, forged, expired, for somebody else."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the tenant of the verified token, its roles, and who exactly, for the record."""

    tenant: AccountId
    roles: frozenset[str]
    subject: str


class Tokens(Protocol):
    """The door."""

    async def verify(self, bearer: str) -> Principal:
        """Check signature, issuer, audience, time and tenant. Raises `BadTokenError`, `UnavailableError`."""
        ...
