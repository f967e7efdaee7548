"""Samples: a rate card, usage, and notices."""
