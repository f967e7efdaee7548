"""The work of the commands: a few lines each around the service's own use cases and views."""
