"""The embedded host: runs this FunctionApp without Core Tools.

It provides routes, queue triggers, timers and the admin interface like Azure's host. It reads the functions from the
app itself and the settings from host.json.
"""
