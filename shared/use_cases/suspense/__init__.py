"""Usage in suspense: replayed, accepted, dismissed, audited, deleted when its retention ends."""
