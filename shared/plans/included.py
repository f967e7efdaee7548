"""Destinations that a subscription includes: calls to them are free before any pool (R8, CONTRACT 2.3)."""

from collections.abc import Iterable

from shared.ledger.entitlements import Subscription


def is_included(digits: str, subscriptions: Iterable[Subscription]) -> bool:
    """Whether a number of *digits* (visible ones, no plus) begins with a prefix that one of *subscriptions*, those in
    force, includes.
    """
    return any(digits.startswith(each.includes) for each in subscriptions)
