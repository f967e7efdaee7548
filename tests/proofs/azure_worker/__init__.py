"""The app in the worker that Azure runs: Microsoft's own runtime on Python 3.13, fed with the host's messages.

Nothing else needs that Python; where it is missing, this is skipped.
"""
