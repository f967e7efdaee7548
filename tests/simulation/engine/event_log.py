"""A readable log of a run: one line per event, with the virtual time and the actor."""

from datetime import datetime


class EventLog:
    """Stores lines only if it is enabled; a run is the same with and without it."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self.lines: list[str] = []

    @property
    def enabled(self) -> bool:
        """Whether the log is enabled; if not, callers need not format text."""
        return self._enabled

    def record(self, at: datetime, who: str, words: str) -> None:
        if self._enabled:
            self.lines.append(f"{at:%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}  {who:<9} {words}")

    def __str__(self) -> str:
        return "\n".join(self.lines)
