"""Proofs of statements for tests and claims: half a year in which everything happens, and ways to tamper with a proof."""
