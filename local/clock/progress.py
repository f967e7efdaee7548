"""How far a fast-forward has come: one process writes it into a file, `./dev up` reads it and shows it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic

from shared.kernel.times import instant_text

PAUSE_SECONDS = 1.0
"""At most so often a line is shown while the clock moves."""


class Phase(StrEnum):
    """What a fast-forward is doing."""

    STARTED = "started"
    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """The instant that was reached on the way to *target*; *problem* says why it ended before."""

    run: int
    """Counts the fast-forwards of one process."""
    phase: Phase
    reached: str
    target: str
    problem: str = ""

    def __str__(self) -> str:
        reached, target = self.reached[:16].replace("T", " "), self.target[:16].replace("T", " ")
        match self.phase:
            case Phase.STARTED:
                return f"clock: moving from {reached} to {target}"
            case Phase.MOVING:
                return f"clock: {reached[:10]} reached, on the way to {target[:10]}"
            case Phase.DONE:
                return f"clock: it is {reached} now, and everything that was due is done"
            case _:
                return f"clock: stopped at {reached}, on the way to {target}: {self.problem}"


class ProgressFile:
    """Writes the progress of one fast-forward after another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = 0

    @contextmanager
    def run(self, now: Callable[[], datetime], target: datetime) -> Iterator[Callable[[], None]]:
        """One fast-forward to *target*. Call the value at each instant reached; the block's end writes the outcome."""
        self._run += 1

        def write(phase: Phase = Phase.MOVING, problem: str = "") -> None:
            progress = Progress(self._run, phase, instant_text(now()), instant_text(target), problem)
            replacement = self._path.with_suffix(".next")
            replacement.write_text(json.dumps(asdict(progress)))
            replacement.replace(self._path)

        write(Phase.STARTED)
        try:
            yield write
        except BaseException as wrong:
            write(Phase.FAILED, str(wrong))
            raise
        write(Phase.DONE)


class ProgressReader:
    """Shows each change of the file: one line at the beginning and at the end, and at most one a second between."""

    def __init__(self, path: Path, show: Callable[[str], None], seconds: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._show = show
        self._seconds = seconds
        self._version = self._current_version()
        self._shown: Progress | None = None
        self._shown_at = seconds()

    def check(self) -> None:
        """Show the progress if there is something new to show. Costs one `stat` while nothing changes."""
        version = self._current_version()
        if version in {None, self._version}:
            return
        progress = _read(self._path)
        if not self._is_due(progress):
            return
        self._version = version
        self._show(str(progress))
        self._shown, self._shown_at = progress, self._seconds()

    def _is_due(self, progress: Progress) -> bool:
        """Whether *progress* is shown now. One that is not is shown later, unless another has replaced it by then."""
        before = self._shown
        if before is None or progress.run != before.run or progress.phase != Phase.MOVING:
            return True
        is_news = progress.reached[:10] not in {before.reached[:10], progress.target[:10]}
        return is_news and self._seconds() >= self._shown_at + PAUSE_SECONDS

    def _current_version(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino


def _read(path: Path) -> Progress:
    value = json.loads(path.read_text())
    return Progress(**{**value, "phase": Phase(value["phase"])})
