"""The fraud brake: what an account's calls cost against its own habit, and what is refused when they leave it (R28)."""
