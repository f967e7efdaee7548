"""Usage: from the bytes on a queue to a debit, or to suspense with a reason (CONTRACT 1)."""
