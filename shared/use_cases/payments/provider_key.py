"""The key of a call to the payment provider that moves no money, or moves it at most once whatever its keys."""

from datetime import UTC, datetime


def hourly(*name: str, now: datetime) -> str:
    """A key that finds a lost answer again for the rest of the hour, and then is another one.

    The provider repeats an error (5xx) under its key for a day, as it repeats any answer; a recharge that met one would
    stand still for that day. What a second call makes is harmless: a customer without cards, a payment that nobody
    confirms.
    """
    return "|".join((*name, f"{now.astimezone(UTC):%Y%m%d%H}"))
