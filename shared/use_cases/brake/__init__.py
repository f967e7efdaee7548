"""The fraud brake: setting it, releasing it."""
