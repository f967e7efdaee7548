"""Cards and payments."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import CardId, PaymentId
from shared.kernel.money import Money

UNSENDABLE = "request_not_sendable"
"""The service's own code, in addition to the provider's, for a request that cannot be written as HTTP."""

NOT_CHARGEABLE = "amount_not_chargeable"
"""The service's own code for an amount that lies between two steps of the currency: no card can be charged with it."""

TOO_LARGE, TOO_SMALL = "amount_too_large", "amount_too_small"
"""The provider's codes for an amount that it does not take."""


class PaymentRefusedError(Exception):
    """The provider refuses this request, and would refuse it again: this is not an outage. *code* is the provider's
    code for the reason, `UNSENDABLE` or `NOT_CHARGEABLE`. No money moved.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PaymentState(StrEnum):
    """The state of a payment at the provider."""

    UNCONFIRMED = "unconfirmed"  # created, no charge has been tried
    PROCESSING = "processing"  # tried, without an outcome yet
    REQUIRES_ACTION = "requiresAction"  # the buyer must confirm with the bank
    DECLINED = "declined"  # the last try failed; another card may be tried on the same payment
    SUCCEEDED = "succeeded"  # money was taken; final
    CANCELLED = "cancelled"  # final


class Presence(StrEnum):
    """Whether the buyer is present when the card is charged."""

    BUYER_PRESENT = "buyerPresent"  # a purchase: the bank may ask the buyer to confirm
    BUYER_ABSENT = "buyerAbsent"  # a recharge: the bank cannot ask and declines instead


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
    """The data of a stored card that may be shown."""

    id: CardId
    brand: str
    last_four: str
    expiry_year: int
    expiry_month: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment to create: whole minor units, the provider's customer, and *metadata* that the provider stores and
    returns (account, purpose, reference; never a phone number).
    """

    money: Money
    customer: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One try to take the money of one payment from one card. *is_for_later*: when it succeeds, the card may be charged
    without its holder from then on.
    """

    payment: PaymentId
    card: CardId
    presence: Presence
    return_url: str | None = None
    is_for_later: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as retrieved. *charged_at* is when the money was taken. With *client_secret* the buyer's browser can
    confirm with the bank. *decline* is that of the last try, if it failed, and *tried* names that try: the next one has
    another name. *card* is the last card tried; *customer* is that of the order. *receipt_url* is the provider's
    receipt, if the money was taken. *is_of_other_mode*: it is a test payment and the service's key is live, or the
    reverse; then it must never be booked.
    """

    id: PaymentId
    state: PaymentState
    money: Money
    metadata: Mapping[str, str]
    customer: str = ""
    card: CardId | None = None
    decline: Decline | None = None
    charged_at: datetime | None = None
    client_secret: str | None = None
    tried: str = ""
    receipt_url: str | None = None
    is_of_other_mode: bool = False


class Payments(Protocol):
    """Payments. Each *key* makes its call idempotent. All methods raise `UnavailableError` when the outcome is unknown,
    and `PaymentRefusedError` when this request can never succeed.
    """

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        """Create an unconfirmed payment: no money moves."""
        ...

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        """Try to take the money. The outcome, including a bank's decline, must be read with `retrieve`.

        Returns a decline only when nothing was tried: the card cannot be charged, or the provider refuses the request.
        """
        ...

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        """The payment in its current state; None when the provider does not know it."""
        ...

    async def cancel(self, payment: PaymentId) -> None:
        """Cancel, unless it has succeeded, is processing or is unknown. The outcome must be read with `retrieve`."""
        ...


class PaymentList(Protocol):
    """The payments in the provider's own records, for reconciliation (R29)."""

    def since(self, at: datetime) -> AsyncIterator[Payment]:
        """Every payment created at or after *at*, also by others. Raises `UnavailableError`."""
        ...


class BadSignatureError(Exception):
    """A webhook's signature is missing, wrong or too old."""


class UnreadableNewsError(Exception):
    """A signed webhook that is not an event, or an event without what its type requires."""


class OtherModeError(Exception):
    """A signed webhook about a test object, while the service's key is live, or the reverse. It must be ignored."""


class NewsKind(StrEnum):
    """What a signed event is about."""

    PAYMENT = "payment"  # the payment itself, or its charge
    MONEY_BACK = "moneyBack"  # a refund, a dispute or a fraud warning of the payment


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """The payment that a signed event names, and where the event has them its metadata and its money. They serve to
    find out that the payment is settled already, and for nothing else: `retrieve` reads its state. News of kind
    `MONEY_BACK` concerns a payment that is settled already.
    """

    payment: PaymentId
    metadata: Mapping[str, str] = field(default_factory=dict)
    money: Money | None = None
    kind: NewsKind = NewsKind.PAYMENT


@dataclass(frozen=True, slots=True)
class SetupNews:
    """The card setup that a signed event names, and its metadata; `Cards.setup` reads its state."""

    setup: str
    metadata: Mapping[str, str]


class Webhooks(Protocol):
    """Webhooks of the payment provider. They only name a payment or a card setup that has changed; its state is read
    from the provider.
    """

    def news_of(self, body: bytes, signature: str) -> PaymentNews | SetupNews | None:
        """What a signed event says of a payment or a card setup; None for others. Raises `BadSignatureError`
        and `OtherModeError`.
        """
        ...
