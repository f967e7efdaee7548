"""Virtual time, workers, faults, and simulated external services."""
