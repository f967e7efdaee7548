"""Verbs, one a module: what the service does."""
