"""The operator's command line, `credits`: the service's own verbs and views, on the service's own storage.

Nothing heavy is imported before a command runs, so that help answers at once.
"""
