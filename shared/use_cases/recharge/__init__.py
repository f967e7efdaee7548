"""Auto-recharge: set, charged, unblocked."""
