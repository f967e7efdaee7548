"""Every operation of the HTTP interface."""

from shared.interface import (
    accounts,
    documents,
    entitlements,
    purchases,
    rates,
    service_numbers,
    settings,
    suspense,
    webhooks,
)

OPERATIONS = (
    *accounts.OPERATIONS,
    *purchases.OPERATIONS,
    *settings.OPERATIONS,
    *rates.OPERATIONS,
    *entitlements.OPERATIONS,
    *service_numbers.OPERATIONS,
    *suspense.OPERATIONS,
    *webhooks.OPERATIONS,
    *documents.OPERATIONS,
)
