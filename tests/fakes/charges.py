"""Records of the payment provider in memory: attempts to charge a card, and stored answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kernel.ids import CardId, PaymentId


class MistakeError(Exception):
    """The provider's 400: the idempotency key was used for another request."""


@dataclass(frozen=True)
class Charge:
    """One attempt to charge a card."""

    payment: PaymentId
    card: CardId
    at: datetime
    succeeded: bool


@dataclass(frozen=True)
class StoredAnswer:
    request: object
    at: datetime
    answer: Callable[[], Any]
