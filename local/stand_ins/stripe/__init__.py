"""A stand-in for Stripe: the part of its API that charges stored cards, with its idempotency, test cards and webhooks.

`app.make_app` builds it. What it answers is held against Stripe's published contract by `tests/contracts`.
"""
