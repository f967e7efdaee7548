"""The ledger's clock on a development machine: real time plus an offset that lies in a small file.

Every process reads the same file, so all of them jump together. There is nothing of the kind on Azure.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

MICROSECOND = timedelta(microseconds=1)


def real_now() -> datetime:
    """The computer's own time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock


class LocalClock:
    """Satisfies the port `Clock`. The file holds whole microseconds; without a file there is no offset."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    @property
    def offset(self) -> timedelta:
        """How far ahead of real time the ledger is; never negative. Costs one `stat` while nothing changes."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        # A move puts a new file in the old one's place: its inode differs even within one tick of the file's time.
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            self._offset = max(int(self._path.read_text()), 0) * MICROSECOND
            self._seen = seen
        return self._offset

    def now(self) -> datetime:
        """Return the ledger's instant, aware, in UTC."""
        return real_now() + self.offset

    def move(self, instant: datetime) -> None:
        """Make *instant* the present, for every process that reads the file; the clock goes on from there."""
        offset = max(instant - real_now(), timedelta())
        waiting = self._path.with_suffix(".next")
        waiting.write_text(str(offset // MICROSECOND))
        waiting.replace(self._path)
