"""Stored rows, damaged one at a time: each damage with the invariant that it breaks."""
