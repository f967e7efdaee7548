"""Auto-recharge: setting it, charging it, unblocking it."""
