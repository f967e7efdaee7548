"""The port `ReportFiles` in memory; tests/contracts check that it keeps the port's contract."""

from collections.abc import AsyncIterator
from datetime import datetime

from shared.ports import UnavailableError
from shared.ports.report_files import ReportFile


class FakeReportFiles:
    """If *down* is true, every call fails as if storage were unavailable. `read` follows a link."""

    def __init__(self) -> None:
        self.down = False
        self.stored: dict[str, bytes] = {}
        self.links: dict[str, tuple[ReportFile, datetime]] = {}

    async def write(self, file: ReportFile, parts: AsyncIterator[bytes]) -> None:
        whole = b"".join([part async for part in parts])
        self._check_available()
        self.stored[file.name] = whole

    async def link(self, file: ReportFile, until: datetime) -> str:
        self._check_available()
        address = f"https://files.example/{file.name}?{until.timestamp()}"
        self.links[address] = (file, until)
        return address

    def read(self, address: str) -> bytes:
        return self.stored[self.links[address][0].name]

    def _check_available(self) -> None:
        if self.down:
            raise UnavailableError("the files cannot be reached")
