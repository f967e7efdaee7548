"""Every operation of the HTTP interface."""

from shared.interface import accounts, documents, plans, purchases, rates, settings, suspense, webhooks

OPERATIONS = (
    *accounts.OPERATIONS,
    *purchases.OPERATIONS,
    *settings.OPERATIONS,
    *rates.OPERATIONS,
    *plans.OPERATIONS,
    *suspense.OPERATIONS,
    *webhooks.OPERATIONS,
    *documents.OPERATIONS,
)
