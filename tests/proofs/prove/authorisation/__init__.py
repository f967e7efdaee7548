"""Tokens of every kind, and the routes that they are sent to."""
