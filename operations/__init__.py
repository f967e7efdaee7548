"""The operator's command line, `credits`: the service's own use cases and views, run directly on its storage.

Nothing that takes time is imported before a command runs, so that help appears at once.
"""
