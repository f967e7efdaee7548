"""Tokens of every kind, and the routes that they are tried on."""
