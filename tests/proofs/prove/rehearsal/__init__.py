"""The runbook, rehearsed: a situation is brought about, its block is run, what came of it is judged."""
