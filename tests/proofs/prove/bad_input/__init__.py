"""Messages that nobody should send: each with the one reason for which it must lie in suspense (CONTRACT 1)."""
