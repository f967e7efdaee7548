"""The connections of a process to storage and the payment provider, and its identity. Each is made when first used."""

from typing import TYPE_CHECKING, Any

from shared.adapters.clock import SystemClock
from shared.adapters.identity.outside_tokens import OwnTokens
from shared.adapters.queues.azure_queues import AzureQueues
from shared.adapters.storage.azure_tables import NO_PROXY, keyless_table_service, table_service
from shared.adapters.storage.report_blobs import ReportBlobs
from shared.adapters.storage.spread_tables import HOME
from shared.adapters.storage.usage_blobs import BLOCKS, UsageBlobs
from shared.adapters.stripe.client import StripeAccess
from shared.settings import Settings

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient
    from azure.storage.blob.aio import BlobServiceClient
    from azure.storage.queue.aio import QueueServiceClient

QUEUE_PATIENCE: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 35,
    "retry_total": 2,
    "initial_backoff": 1,
    "increment_base": 2,
    "random_jitter_range": 1,
}
"""Seconds, and numbers of tries. Callers wait until the outbox of their commit is sent. The client's own first pause,
15 s, would be too long: the alarm sends the outbox if these tries fail.
"""


class Identity:
    """Makes the identity when it is first needed: the managed identity in the settings, or the signed-in user."""

    def __init__(self, settings: Settings) -> None:
        self._client_id = settings.client_id
        self._made: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - the SDK's own type, not loaded here
        """The identity, made at the first call."""
        from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415 - cold start

        if self._made is None:
            named = self._client_id
            self._made = ManagedIdentityCredential(client_id=named) if named else DefaultAzureCredential()
        return self._made

    async def close(self) -> None:
        """Close its connections, if it was made."""
        if self._made is not None:
            await self._made.close()


def table_services(settings: Settings, identity: Identity) -> dict[str, "TableServiceClient"]:
    """The clients of the main storage account and of the further ones of the ledger, by name."""
    if settings.connection is not None:
        return {place: table_service(where) for place, where in {HOME: settings.connection, **settings.spread}.items()}
    addresses = {HOME: str(settings.table_address), **settings.spread}
    return {place: keyless_table_service(where, identity()) for place, where in addresses.items()}


def queue_service(settings: Settings, identity: Identity, **more: Any) -> "QueueServiceClient":  # noqa: ANN401 - the SDK's
    """The client of the queues; *more* are options of it."""
    from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - cold start

    options: dict[str, Any] = {"api_version": settings.queue_api_version, **QUEUE_PATIENCE, **NO_PROXY, **more}
    if settings.connection is not None:
        return QueueServiceClient.from_connection_string(settings.connection, **options)
    return QueueServiceClient(str(settings.queue_address), credential=identity(), **options)


def blob_service(settings: Settings, identity: Identity) -> "BlobServiceClient":
    """The client of the blobs."""
    from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415 - cold start

    options: dict[str, Any] = {"api_version": settings.queue_api_version, **QUEUE_PATIENCE, **NO_PROXY, **BLOCKS}
    if settings.connection is not None:
        return BlobServiceClient.from_connection_string(settings.connection, **options)
    return BlobServiceClient(str(settings.blob_address), credential=identity(), **options)


class Clients:
    """The clients of external services. They connect when first used, and can be closed."""

    def __init__(self, settings: Settings) -> None:
        self.identity = Identity(settings)
        self.queues = AzureQueues(lambda: queue_service(settings, self.identity))
        self.files = UsageBlobs(lambda: blob_service(settings, self.identity))
        self.report_files = ReportBlobs(lambda: blob_service(settings, self.identity), SystemClock())
        self.stripe = StripeAccess(settings.payments_key, settings.payments_address)
        self.own_tokens = OwnTokens(settings.client_id)

    async def close(self) -> None:
        """Close all connections."""
        await self.queues.close()
        await self.files.close()
        await self.report_files.close()
        await self.stripe.close()
        await self.identity.close()
