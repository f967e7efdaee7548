"""The result of a command: a JSON value for programs, a summary and a table for people, and an exit code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """The exit codes. click itself gives 2 for a command line that it does not understand."""

    FINE = 0
    FOUND = 1  # something was found, or refused
    USAGE = 2  # the command line or the settings are wrong
    UNAVAILABLE = 3  # the storage or the payment provider does not answer: the outcome is unknown, try again
    FAULT = 70  # an error of the service, or the provider refuses its key; stderr has the traceback
    READER_GONE = 141  # the reader of stdout has ended, as `head` does; the exit code of shells for SIGPIPE


@dataclass(frozen=True, slots=True)
class Result:
    """*value* is what `--json` prints; *summary* is the last line for people, below *rows* under *columns*.

    Without a *value* the command has written its output itself, and the summary goes to stderr.
    """

    value: object
    summary: str
    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    code: Code = Code.FINE


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result: a *name* for programs, a *message* for people."""

    name: str
    message: str
    code: Code

    @property
    def value(self) -> dict[str, str]:
        """What `--json` prints."""
        return {"error": self.name, "detail": self.message}
