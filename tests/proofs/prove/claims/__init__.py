"""One claim a module."""
