"""Records of the payment provider in memory: attempts to charge a card, and stored answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kernel.card_money import to_card_units
from shared.kernel.ids import CardId, PaymentId
from shared.kernel.money import Money
from shared.ports import NOT_CHARGEABLE, TOO_LARGE, TOO_SMALL, PaymentRefusedError, UnavailableError


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


LEAST = {"JPY": 50, "GBP": 30, "USD": 50, "EUR": 50}


def refuse_amount(money: Money) -> None:
    """Raise PaymentRefusedError for an amount that the provider does not take."""
    try:
        units = to_card_units(money)
    except ValueError:
        raise PaymentRefusedError(NOT_CHARGEABLE) from None
    if units > (999_999_999_999 if money.currency == "IDR" else 99_999_999):
        raise PaymentRefusedError(TOO_LARGE)
    if units < LEAST.get(money.currency, 1):
        raise PaymentRefusedError(TOO_SMALL)


def outage() -> Any:
    raise UnavailableError("the provider gave no answer")


def constant(value: Any) -> Callable[[], Any]:
    return lambda: value
