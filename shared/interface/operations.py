"""Every operation of the HTTP interface."""

from shared.interface import accounts, documents, purchases, rates, settings, suspense, webhooks

OPERATIONS = (
    *accounts.OPERATIONS,
    *purchases.OPERATIONS,
    *settings.OPERATIONS,
    *rates.OPERATIONS,
    *suspense.OPERATIONS,
    *webhooks.OPERATIONS,
    *documents.OPERATIONS,
)
