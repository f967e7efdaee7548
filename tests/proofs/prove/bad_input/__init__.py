"""Invalid messages, each with the reason for which it must be suspended (CONTRACT 1)."""
