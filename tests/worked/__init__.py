"""Worked calls: `tests/worked_calls.csv` as tests and as the page docs/worked-calls.md."""
