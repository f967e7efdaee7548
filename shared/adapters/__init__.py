"""Adapters to external services: storage, payments, e-mail, tokens; and the clock."""
