"""The ledger's clock on a development machine: real time plus an offset that is stored in a small file.

Every process reads the same file, so all of them jump together. There is no such clock on Azure.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

MICROSECOND = timedelta(microseconds=1)


def real_now() -> datetime:
    """The computer's own time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock


class LocalClock:
    """Implements the port `Clock`. The file has the offset in whole microseconds; without a file there is no offset."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version_read: tuple[int, int] | None = None
        self._offset = timedelta()

    @property
    def offset(self) -> timedelta:
        """How far ahead of real time the ledger is; never negative. Costs one `stat` while nothing changes."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        # A move replaces the file: the inode differs even when the new file has the same modification time.
        version = (found.st_mtime_ns, found.st_ino)
        if version != self._version_read:
            self._offset = max(int(self._path.read_text()), 0) * MICROSECOND
            self._version_read = version
        return self._offset

    def now(self) -> datetime:
        """The ledger's instant, aware, in UTC."""
        return real_now() + self.offset

    def move(self, instant: datetime) -> None:
        """Make *instant* the present for every process that reads the file; from there the clock runs on."""
        offset = max(instant - real_now(), timedelta())
        replacement = self._path.with_suffix(".next")
        replacement.write_text(str(offset // MICROSECOND))
        replacement.replace(self._path)
