"""Kinds of damage to stored rows, each with the invariant that it breaks."""
