"""Stored rows, damaged one at a time: each damage with the promise that it breaks."""
