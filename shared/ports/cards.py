"""Stored cards at the payment provider (R5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import AccountId, CardId
from shared.ports.payments import Decline, StoredCard


class SetupState(StrEnum):
    """The state of a card setup at the provider."""

    OPEN = "open"  # no card was given yet, or its last one was refused; the form may try another
    REQUIRES_ACTION = "requiresAction"  # the holder must confirm with the bank
    SUCCEEDED = "succeeded"  # the card may be charged without its holder; final
    CANCELLED = "cancelled"  # final


@dataclass(frozen=True, slots=True)
class SetupOrder:
    """A card to set up so that it can be charged without its holder. *method* None: the provider's form gives it later.
    *metadata* are stored and returned. After confirming, the bank sends the holder's browser to *return_url*.
    """

    customer: str
    method: str | None
    metadata: Mapping[str, str]
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class CardSetup:
    """A card setup as retrieved. *card* is known once it has succeeded. With *client_secret* the holder's browser
    continues it; *redirect* is the bank's page on which the holder confirms, if there is one.
    """

    id: str
    state: SetupState
    client_secret: str
    metadata: Mapping[str, str]
    card: StoredCard | None = None
    redirect: str | None = None


class Cards(Protocol):
    """Stored cards. All methods raise `UnavailableError` and `PaymentRefusedError`, like those of `Payments`."""

    async def open_customer(self, account: AccountId, key: str) -> str:
        """Create a customer for *account* at the provider, and return its id."""
        ...

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        """Attach *method*, the payment method that the provider's form returned, to the customer."""
        ...

    async def set_up(self, order: SetupOrder, key: str) -> CardSetup | Decline:
        """Begin to set up a card. A card whose bank asks nothing is set up at once. A decline: the bank refuses the
        card, or the method cannot be used (`NO_SUCH_METHOD`).
        """
        ...

    async def setup(self, setup: str) -> CardSetup | None:
        """The setup in its current state; None when the provider does not know it."""
        ...

    async def remove(self, card: CardId) -> None:
        """Detach a card: it can never be charged again. Nothing happens when it is detached or unknown."""
        ...
