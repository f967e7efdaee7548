"""Outages, and the clock: what every port has in common."""

from datetime import datetime
from typing import Protocol


class UnavailableError(Exception):
    """The other side could not be reached, or did not answer: nothing is known. Ask again later, never assume."""


class Clock(Protocol):
    """The only way to learn what time it is."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...
