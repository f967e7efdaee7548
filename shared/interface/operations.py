"""Every operation of the HTTP interface."""

from shared.interface import (
    accounts,
    brake,
    calls,
    documents,
    entitlements,
    payment_methods,
    plans,
    post_usage,
    purchases,
    rates,
    refunds,
    service_numbers,
    settings,
    suspense,
    usage,
    webhooks,
)

OPERATIONS = (
    *accounts.OPERATIONS,
    *calls.OPERATIONS,
    *purchases.OPERATIONS,
    *refunds.OPERATIONS,
    *settings.OPERATIONS,
    *brake.OPERATIONS,
    *payment_methods.OPERATIONS,
    *rates.OPERATIONS,
    *entitlements.OPERATIONS,
    *service_numbers.OPERATIONS,
    *plans.OPERATIONS,
    *post_usage.OPERATIONS,
    *suspense.OPERATIONS,
    *usage.OPERATIONS,
    *webhooks.OPERATIONS,
    *documents.OPERATIONS,
)
