"""The plan catalogue and minute pools, as pure functions (R8, CONTRACT 1 and 2.3)."""
