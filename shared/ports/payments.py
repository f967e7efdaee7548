"""Cards and charges."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import AccountId, CardId, PaymentId
from shared.kernel.money import Money

UNSENDABLE = "request_not_sendable"
"""Our own code beside the provider's, for a request that cannot be written as HTTP at all."""


class PaymentRefusedError(Exception):
    """The provider refuses a request as it is, whoever repeats it and however often: no outage. *code* says why, in
    the provider's words or as `UNSENDABLE`. No money moved.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    BUYER_ABSENT = "buyerAbsent"  # a recharge: the bank cannot ask, it declines instead


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card was refused: the provider's code ("card_declined", "expired_card" ...), the issuer's decline code
    ("insufficient_funds", "lost_card" ...) and advice ("do_not_try_again", "try_again_later", "confirm_card_data").
    """

    code: str
    decline_code: str | None = None
    advice: str | None = None


NO_SUCH_METHOD = Decline("no_longer_usable")
"""No bank was asked: the payment method does not exist, was removed, or is another customer's."""


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
    confirm with the bank; *decline* is the last try's, when it failed; *card* the last card tried; *customer* whom the
    order named.
    """

    id: PaymentId
    state: PaymentState
    money: Money
    about: Mapping[str, str]
    customer: str = ""
    card: CardId | None = None
    decline: Decline | None = None
    charged_at: datetime | None = None
    client_secret: str | None = None


class Payments(Protocol):
    """Charges. Every *key* makes its call idempotent. All raise `UnavailableError` when the outcome is not known, and
    `PaymentRefusedError` when the request can never succeed as it is.
    """

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        """Create an unconfirmed payment: no money moves."""
        ...

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        """Try to take the money. Whatever comes of it is learnt by `retrieve`, a bank's decline included.

        Returns a decline only when nothing was tried, because the card is none that could be charged, or because the
        provider refuses the request as it is.
        """
        ...

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        """Return the payment as it stands now; None when the provider does not know it."""
        ...

    async def cancel(self, payment: PaymentId) -> None:
        """Cancel unless it has succeeded, is processing or is unknown; learn by `retrieve` what came of it."""
        ...


class PaymentList(Protocol):
    """What the provider itself knows: the other side of the reconciliation (R29)."""

    def since(self, at: datetime) -> AsyncIterator[Payment]:
        """Every payment created at or after *at*, whoever made it. Raises `UnavailableError`."""
        ...


class Cards(Protocol):
    """Stored cards. Both raise `UnavailableError` and `PaymentRefusedError`, like `Payments`."""

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
