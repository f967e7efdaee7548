"""Runs in `.local/worker` on Python 3.13: simulates Azure's host and worker, which exchange serialised messages."""
