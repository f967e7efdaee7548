"""Purchases by hand, and grants by operators."""
