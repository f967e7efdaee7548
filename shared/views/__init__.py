"""Reads for people: balance, lots, movements, audit."""
