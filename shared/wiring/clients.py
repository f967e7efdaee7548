"""The connections of a process: storage, the payment provider, the identity that opens them. Made when first used."""

from typing import TYPE_CHECKING, Any

from shared.adapters.queues.azure_queues import AzureQueues
from shared.adapters.storage.azure_tables import keyless_table_service, table_service
from shared.adapters.storage.spread_tables import HOME
from shared.adapters.stripe.client import StripeAccess
from shared.settings import Settings

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient
    from azure.storage.queue.aio import QueueServiceClient

QUEUE_PATIENCE: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 35,
    "retry_total": 2,
    "initial_backoff": 1,
    "increment_base": 2,
    "random_jitter_range": 1,
}
"""Seconds, and tries. Callers wait for what their commit has to tell: the client's own first pause, 15 s, is longer
than the alarm behind the outbox needs it to be.
"""


class Identity:
    """Makes the identity where one is needed, once: the one that the settings name, else whoever is signed in here."""

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
        """Let its connections go, if it was made."""
        if self._made is not None:
            await self._made.close()


def table_services(settings: Settings, identity: Identity) -> dict[str, "TableServiceClient"]:
    """The storage account of everything, and the further ones of the ledger."""
    if settings.connection is not None:
        return {place: table_service(where) for place, where in {HOME: settings.connection, **settings.spread}.items()}
    addresses = {HOME: str(settings.table_address), **settings.spread}
    return {place: keyless_table_service(where, identity()) for place, where in addresses.items()}


def queue_service(settings: Settings, identity: Identity, **more: Any) -> "QueueServiceClient":  # noqa: ANN401 - the SDK's
    """The queues; *more* are options of the client."""
    from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - cold start

    options: dict[str, Any] = {"api_version": settings.queue_api_version, **QUEUE_PATIENCE, **more}
    if settings.connection is not None:
        return QueueServiceClient.from_connection_string(settings.connection, **options)
    return QueueServiceClient(str(settings.queue_address), credential=identity(), **options)


class Clients:
    """What is connected when it is first used, and can be let go."""

    def __init__(self, settings: Settings) -> None:
        self.identity = Identity(settings)
        self.queues = AzureQueues(lambda: queue_service(settings, self.identity))
        self.stripe = StripeAccess(settings.payments_key, settings.payments_address)

    async def close(self) -> None:
        """Close every connection there is."""
        await self.queues.close()
        await self.stripe.close()
        await self.identity.close()
