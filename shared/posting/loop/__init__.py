"""One account's loop: groups of decisions, one commit after the other, and every outcome resolved (DESIGN 4, LOOP)."""
