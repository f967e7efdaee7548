"""The invariants after every transaction, and in the final state."""
