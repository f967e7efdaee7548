"""Payments: settling them, moving them on, and reconciling them with the payment provider."""
