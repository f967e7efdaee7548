"""Auto-recharge, as pure functions: when it charges, how much, and what follows a decline."""
