"""Files of usage, in the container `usage-files` (CONTRACT 6)."""

from typing import BinaryIO, Protocol


class UsageFiles(Protocol):
    """The container. All methods raise `UnavailableError`."""

    async def put(self, name: str, content: bytes) -> None:
        """Store *content* as *name*, in place of what was there."""
        ...

    async def fetch(self, name: str, into: BinaryIO) -> bool:
        """Write the file *name* to *into*, in parts, and return True; False when there is none."""
        ...
