"""A number with its noun."""


def count_of(number: int, noun: str, plural: str = "") -> str:
    """`1 account`, `2 accounts`, `1,000 entries`; *plural* is for a noun that does not just take an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
