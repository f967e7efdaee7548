"""The port `UsageFiles` on a container of Azure Blob Storage. Its client is imported when it is first used."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

from shared.ports import UnavailableError

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobServiceClient

CONTAINER = "usage-files"

LEADS_AWAY = frozenset({".", ".."})
"""Segments of a path that the HTTP client resolves: such a name could lead into another container."""

BLOCK_BYTES = 1024 * 1024
BLOCKS: dict[str, Any] = {
    "max_single_put_size": BLOCK_BYTES,
    "max_block_size": BLOCK_BYTES,
    "max_single_get_size": BLOCK_BYTES,
    "max_chunk_get_size": BLOCK_BYTES,
}
"""Options of the client: a larger body in one request would stop the event loop while it is sent. By default the first
32 MiB of a file would be in memory at once.
"""

BAD_REQUEST = 400


class UsageBlobs:
    """*connect* opens the storage account's blob service."""

    def __init__(self, connect: "Callable[[], BlobServiceClient]") -> None:
        self._connect = connect
        self._service: BlobServiceClient | None = None

    async def put(self, name: str, content: bytes) -> None:
        """See `UsageFiles.put`."""
        try:
            blob = self._opened().get_blob_client(CONTAINER, name)
            await blob.upload_blob(io.BytesIO(content), length=len(content), overwrite=True)
        except AzureError as outage:
            raise UnavailableError(f"container {CONTAINER}: {type(outage).__name__}") from outage

    async def fetch(self, name: str, into: BinaryIO) -> bool:
        """See `UsageFiles.fetch`. A name that cannot be a blob's is not found."""
        if LEADS_AWAY & set(name.replace("\\", "/").split("/")):
            return False
        try:
            found = await self._opened().get_blob_client(CONTAINER, name).download_blob()
            async for part in found.chunks():
                into.write(part)
        except ResourceNotFoundError:
            return False
        except HttpResponseError as refused:
            if refused.status_code == BAD_REQUEST:
                return False
            raise UnavailableError(f"container {CONTAINER}: {refused.status_code}") from refused
        except AzureError as outage:
            raise UnavailableError(f"container {CONTAINER}: {type(outage).__name__}") from outage
        return True

    def _opened(self) -> "BlobServiceClient":
        if self._service is None:
            self._service = self._connect()
        return self._service

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._service is not None:
            await self._service.close()
