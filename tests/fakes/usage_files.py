"""The port `UsageFiles` in memory."""

from typing import BinaryIO


class FakeUsageFiles:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    async def put(self, name: str, content: bytes) -> None:
        self.stored[name] = content

    async def fetch(self, name: str, into: BinaryIO) -> bool:
        if name not in self.stored:
            return False
        into.write(self.stored[name])
        return True
