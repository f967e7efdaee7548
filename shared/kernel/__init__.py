"""Words that every rule uses: money, ids, times. Standard library only."""
