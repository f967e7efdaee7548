"""The demo's chapters, in order."""
