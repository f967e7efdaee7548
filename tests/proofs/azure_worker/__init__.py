"""Runs the app in Azure's worker: Microsoft's own runtime on Python 3.13, with the messages that Azure's host sends.

Nothing else needs Python 3.13; without it, these tests are skipped.
"""
