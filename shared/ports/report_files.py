"""Files of reports that are too large for an answer: written once, and handed out by links that soon expire."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file: its *name* in the store, and the name and media type under which it is downloaded."""

    name: str
    download_name: str
    media_type: str


class ReportFiles(Protocol):
    """The store of these files. All methods raise `UnavailableError`."""

    async def write(self, file: ReportFile, parts: AsyncIterator[bytes]) -> None:
        """Store *parts* as one file; nothing is there before all of it is. An existing file is replaced."""
        ...

    async def link(self, file: ReportFile, until: datetime) -> str:
        """An address at which anybody can read the file, and only this one, until *until*."""
        ...
