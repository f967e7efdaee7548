"""Payments: settled, advanced, reconciled with the payment provider."""
