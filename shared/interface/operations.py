"""Every operation of the HTTP interface."""

from shared.interface import (
    accounts,
    calls,
    documents,
    entitlements,
    plans,
    post_usage,
    purchases,
    rates,
    service_numbers,
    settings,
    suspense,
    webhooks,
)

OPERATIONS = (
    *accounts.OPERATIONS,
    *calls.OPERATIONS,
    *purchases.OPERATIONS,
    *settings.OPERATIONS,
    *rates.OPERATIONS,
    *entitlements.OPERATIONS,
    *service_numbers.OPERATIONS,
    *plans.OPERATIONS,
    *post_usage.OPERATIONS,
    *suspense.OPERATIONS,
    *webhooks.OPERATIONS,
    *documents.OPERATIONS,
)
