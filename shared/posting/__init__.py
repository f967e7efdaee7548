"""The loop: load, decide, commit, resolve. The only writer of the ledger."""
