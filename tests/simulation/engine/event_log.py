"""What happened, readable: one line an event, with the virtual time and who did it."""

from datetime import datetime


class Story:
    """Lines are kept only when somebody wants to read them; a run is the same with and without."""

    def __init__(self, *, told: bool) -> None:
        self._told = told
        self.lines: list[str] = []

    @property
    def told(self) -> bool:
        """Whether anybody listens: making the words may cost something."""
        return self._told

    def tell(self, at: datetime, who: str, words: str) -> None:
        if self._told:
            self.lines.append(f"{at:%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}  {who:<9} {words}")

    def __str__(self) -> str:
        return "\n".join(self.lines)
