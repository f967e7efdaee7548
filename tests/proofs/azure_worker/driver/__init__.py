"""Runs in `.local/worker`, on Python 3.13: the host's part on one side, Azure's worker on the other, bytes between."""
