"""What a command answers: one JSON value for programs, words and a table for people, and an exit code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """The exit codes. 2 is also what click itself gives for a command line that it does not understand."""

    FINE = 0
    FOUND = 1  # something was found, or refused
    USAGE = 2  # the command line or the settings are wrong
    OUTSIDE = 3  # the storage or the payment provider does not answer: nothing is known, ask again
    FAULT = 70  # an error of ours, or the provider refuses our key; the traceback on stderr says where
    READER_GONE = 141  # whoever read stdout has read enough, as `head` does; the shell's word for SIGPIPE


@dataclass(frozen=True, slots=True)
class Result:
    """*value* is what `--json` prints; *words* the last line for people, below *rows* under *columns*.

    Without a *value* the command has written its output itself, and the words go to stderr.
    """

    value: object
    words: str
    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    code: Code = Code.FINE


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: a *name* for programs, *words* for people."""

    name: str
    words: str
    code: Code

    @property
    def value(self) -> dict[str, str]:
        """What `--json` prints."""
        return {"error": self.name, "detail": self.words}
