"""Who may buy credit, and who need not (R15), as pure functions."""
