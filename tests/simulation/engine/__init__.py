"""Time, workers, faults, and an outside that meets them."""
