"""The operator's command line, on a running service."""
