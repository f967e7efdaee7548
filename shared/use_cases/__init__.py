"""Use cases: what the service does, one in each module."""
