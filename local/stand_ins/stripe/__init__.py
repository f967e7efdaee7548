"""A stand-in for Stripe: the part of its API that charges stored cards, with its idempotency, test cards and webhooks.

`app.make_app` builds it. `tests/contracts` compare its answers with Stripe's published contract.
"""
