"""Refunds of the unspent part of a lot (R6)."""
