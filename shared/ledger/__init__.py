"""The rules of credit, as pure functions. Start with README.md: the invariants on one page."""
