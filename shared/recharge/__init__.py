"""Auto-recharge: when it charges, how much, and what follows a decline. Pure."""
