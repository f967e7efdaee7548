"""Calls and subscriptions for the examples."""

from datetime import UTC, datetime

from shared.ledger.entitlements import Agreement, Channel, Subscription
from shared.plans.pool import PoolCall

START = datetime(2026, 11, 15, tzinfo=UTC)


def call(
    capability="MCOPSTN1",
    location="US",
    country="US",
    user="alice",
    *,
    is_premium=False,
    is_conference=False,
    started_at=START,
):
    return PoolCall(capability, location, user, country, is_premium, is_conference, started_at)


def subscription(plan="MCOPSTN1", licences=1, location="US", includes=()):
    long_ago = datetime(2018, 1, 1, tzinfo=UTC)
    return Subscription(
        f"{plan}-{location}", plan, licences, location, Channel.DIRECT, Agreement.WEB, long_ago, includes=includes
    )
