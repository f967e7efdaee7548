"""What the payment provider in memory remembers: each try to take money, and its answers by their keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kernel.ids import CardId, PaymentId


class MistakeError(Exception):
    """What the provider answers with 400: a key used for something else."""


@dataclass(frozen=True)
class Charge:
    """One try to take money."""

    payment: PaymentId
    card: CardId
    at: datetime
    succeeded: bool


@dataclass(frozen=True)
class Kept:
    asked: object
    at: datetime
    answer: Callable[[], Any]
