"""Forecast, advice and what-if over HTTP: they read the journal, and write nothing (R20, R21)."""
