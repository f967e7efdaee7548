"""Triggers: ten lines each, no branches."""
