"""Triggers: a few lines each, without branches."""
