"""The port `ReportFiles` on a container of Azure Blob Storage. Its client is imported when it is first used.

A link is signed by the account's key on a development machine, and by a key that the service's identity asks for on
Azure (user delegation SAS).
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError

from shared.ports import Clock, UnavailableError
from shared.ports.report_files import ReportFile

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobServiceClient

CONTAINER = "exports"

SKEW = timedelta(minutes=5)
"""How far the storage's clock may be behind."""


class ReportBlobs:
    """*connect* opens the storage account's blob service; *clock* is the real time, by which links expire."""

    def __init__(self, connect: "Callable[[], BlobServiceClient]", clock: Clock) -> None:
        self._connect = connect
        self._clock = clock
        self._service: BlobServiceClient | None = None

    async def write(self, file: ReportFile, parts: AsyncIterator[bytes]) -> None:
        """See `ReportFiles.write`. Blocks are sent one after the other, and become a blob together."""
        from azure.storage.blob import ContentSettings  # noqa: PLC0415 - cold start

        blob = self._opened().get_blob_client(CONTAINER, file.name)
        settings = ContentSettings(content_type=_content_type(file))
        try:
            await blob.upload_blob(parts, overwrite=True, content_settings=settings, max_concurrency=1)
        except AzureError as outage:
            raise UnavailableError(f"container {CONTAINER}: {type(outage).__name__}") from outage

    async def link(self, file: ReportFile, until: datetime) -> str:
        """See `ReportFiles.link`."""
        from azure.storage.blob import BlobSasPermissions, generate_blob_sas  # noqa: PLC0415 - cold start

        service = self._opened()
        signed = generate_blob_sas(
            account_name=str(service.account_name),
            container_name=CONTAINER,
            blob_name=file.name,
            permission=BlobSasPermissions(read=True),
            expiry=until,
            content_disposition=f'attachment; filename="{file.download_name}"',
            content_type=_content_type(file),
            **await self._key(service, until),
        )
        return f"{service.get_blob_client(CONTAINER, file.name).url}?{signed}"

    async def _key(self, service: "BlobServiceClient", until: datetime) -> dict[str, Any]:
        """The key that signs a link."""
        own = getattr(service.credential, "account_key", None)
        if own is not None:
            return {"account_key": own}
        try:
            return {"user_delegation_key": await service.get_user_delegation_key(self._clock.now() - SKEW, until)}
        except AzureError as outage:
            raise UnavailableError(f"container {CONTAINER}: {type(outage).__name__}") from outage

    def _opened(self) -> "BlobServiceClient":
        if self._service is None:
            self._service = self._connect()
        return self._service

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._service is not None:
            await self._service.close()


def _content_type(file: ReportFile) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type
