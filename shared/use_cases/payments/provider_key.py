"""Idempotency keys for calls to the payment provider that move no money, or that can move it only once with any key."""

from datetime import UTC, datetime


def hourly(*name: str, now: datetime) -> str:
    """A key that is the same until the end of the hour, so that a repeated call gets an answer that was lost.

    The provider repeats any answer under its key for a day, also an error (5xx): with a constant key, a recharge would
    be stuck for that day. What a call with a second key creates is harmless: a customer without cards, or a payment
    that is never confirmed.
    """
    return "|".join((*name, f"{now.astimezone(UTC):%Y%m%d%H}"))
