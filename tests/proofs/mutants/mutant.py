"""One mutant: where the code was changed, how, and whether a test noticed."""

import re
from dataclasses import dataclass

KILLED = frozenset({"killed", "timeout", "caught by type check"})
"""mutmut's words for a mutant that was noticed; one that never ends is noticed, too."""

_TEXT = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")


def _without_prose(line: str) -> str:
    return _TEXT.sub(lambda text: '""' if " " in text[0] else text[0], line)


@dataclass(frozen=True, slots=True)
class Mutant:
    """*before* and *after* are the lines that differ, without their indentation; one of them may be empty."""

    file: str
    line: int
    function: str
    before: str
    after: str
    is_killed: bool

    @property
    def is_prose(self) -> bool:
        """Whether only words for people differ: text with a space in it. No test should hold them letter by letter."""
        return self.before != self.after and _without_prose(self.before) == _without_prose(self.after)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}\n  - {self.before}\n  + {self.after}"
