"""A minute pool of one calendar month: seconds that calls take before they are charged (R8).

The package `plans` says which pool a call may use and how large the pool is; the book only counts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """Billed seconds that calls have taken (*used*) and that open holds have set aside (*pinned*). *key* names plan,
    month and place; *user* is set where a plan's minutes are each user's own.
    """

    key: str
    used: int = 0
    pinned: int = 0
    user: str = ""

    def left(self, size: int) -> int:
        """What is left of *size* seconds. A size that was lowered in mid-month leaves nothing, never less."""
        return max(0, size - self.used - self.pinned)
