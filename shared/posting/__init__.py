"""The loop: load, decide, commit, resolve. Only this package writes the ledger."""
