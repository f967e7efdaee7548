"""One mutant: where and how the code was changed, and whether a test noticed it."""

import re
from dataclasses import dataclass

KILLED = frozenset({"killed", "timeout", "caught by type check"})
"""mutmut's statuses of mutants that were noticed; a mutant that hangs is noticed, too."""

_TEXT = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")


def _without_prose(line: str) -> str:
    return _TEXT.sub(lambda text: '""' if " " in text[0] else text[0], line)


@dataclass(frozen=True, slots=True)
class Mutant:
    """*before* and *after* are the changed lines without indentation; one of them may be empty."""

    file: str
    line: int
    function: str
    before: str
    after: str
    is_killed: bool

    @property
    def is_prose(self) -> bool:
        """Whether only text for people differs, that is, text with a space; no test should compare it literally."""
        return self.before != self.after and _without_prose(self.before) == _without_prose(self.after)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}\n  - {self.before}\n  + {self.after}"
