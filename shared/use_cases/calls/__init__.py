"""Calls: what they cost, who may make them, and stopping at zero (R7, R8, R13, R14)."""
