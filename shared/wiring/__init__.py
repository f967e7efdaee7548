"""The composition root: settings become connections, adapters and services."""
