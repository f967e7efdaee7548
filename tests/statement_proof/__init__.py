"""Proofs of statements for tests and claims: half a year in which everything happens, and how to tamper with it."""
