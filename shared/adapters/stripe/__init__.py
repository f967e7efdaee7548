"""Ports on Stripe: stored cards, payments, webhooks."""
