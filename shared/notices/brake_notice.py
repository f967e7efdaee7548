"""The notice of the fraud brake (R28)."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.money import Money


@dataclass(frozen=True, slots=True)
class BrakeCause:
    """A user or a destination prefix that was stopped: what it cost within an hour or a day, and what is usual."""

    user: str
    prefix: str
    observed: Money
    usual: Money


@dataclass(frozen=True, slots=True)
class Braked:
    """The brake has stopped the *causes* and paused auto-recharge until somebody releases it."""

    at: datetime
    causes: tuple[BrakeCause, ...]
