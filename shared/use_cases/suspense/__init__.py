"""Usage in suspense: replaying, accepting, dismissing and auditing it, and deleting it at the end of its retention."""
