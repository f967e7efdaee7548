"""Types and functions that every rule uses: money, ids, times, texts. Standard library only."""
