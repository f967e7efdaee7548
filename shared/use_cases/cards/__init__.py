"""Stored cards."""
