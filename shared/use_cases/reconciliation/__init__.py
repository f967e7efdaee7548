"""Reconciliation of usage: a carrier's own export against what was booked (R29)."""
