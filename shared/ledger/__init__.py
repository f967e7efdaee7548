"""The rules of credit, pure. Start with README.md: the invariants, in one page."""
