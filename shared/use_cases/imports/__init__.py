"""Files of usage: taken, read in portions, counted exactly (R10, R24, CONTRACT 6)."""
