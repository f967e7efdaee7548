"""Service numbers: the numbers that an organisation's callers dial."""
