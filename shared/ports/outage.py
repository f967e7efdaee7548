"""What all ports have in common: the exception for outages, and the clock."""

from datetime import datetime
from typing import Protocol


class UnavailableError(Exception):
    """An external service could not be reached or did not answer: the outcome is unknown. Try again later."""


class Clock(Protocol):
    """The only source of the current time."""

    def now(self) -> datetime:
        """The current instant, timezone-aware, in UTC."""
        ...
