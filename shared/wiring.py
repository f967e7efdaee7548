"""The composition root: settings -> adapters -> services. The only place that knows which is which."""

import logging
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.adapters.acs_email import AcsEmail
from shared.adapters.azure_poison import AzurePoison
from shared.adapters.azure_queues import AzureQueues
from shared.adapters.azure_tables import AzureTable, keyless_table_service, table_service
from shared.adapters.clock import SystemClock
from shared.adapters.rate_card_tables import RateCardTables
from shared.adapters.registry_tables import RegistryTables
from shared.adapters.stripe_cards import StripeCards
from shared.adapters.stripe_client import StripeAccess
from shared.adapters.stripe_payments import StripePayments
from shared.adapters.stripe_webhooks import StripeWebhooks
from shared.adapters.suspense_tables import SuspenseTables
from shared.adapters.tokens import IssuedTokens
from shared.ports import Clock
from shared.posting.alarm import Alarms
from shared.posting.ledger import Ledger
from shared.posting.office import Office
from shared.posting.outbox import Outgoing
from shared.service.services import Rules, Services
from shared.settings import Settings, read_settings
from shared.use_cases.usage import suspend

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient
    from azure.storage.queue.aio import QueueServiceClient

LEDGER, ALARMS, RATE_CARDS, SUSPENSE, ACCOUNTS = "Ledger", "Alarms", "RateCards", "Suspense", "Accounts"
TABLES = (LEDGER, ALARMS, RATE_CARDS, SUSPENSE, ACCOUNTS)
"""Every table that the service uses; the infrastructure declares the same."""

QUEUES = ("usage", "recharges", "notices", "wakeups")
"""Every queue that the service reads; each has its -poison."""

TALKATIVE = ("azure.core", "azure.identity", "httpx", "stripe")
"""They log every request that they make. Azure's worker sends whatever is logged to the host, which keeps and bills it:
a night's audit would drown in it, and row keys would stand in the log."""

_clock: list[Clock] = [SystemClock()]


def keep_time_with(clock: Clock) -> None:
    """Use *clock* from the next composition on; said before the first function runs."""
    _clock[0] = clock


def said_clock() -> Clock:
    """The clock that was said last: for what composes its own services."""
    return _clock[0]


@cache
def services() -> Services:
    """This process's services, put together when the first function runs and kept."""
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    return compose(read_settings(os.environ), _clock[0])


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The services for one piece of work outside a host, such as an audit by hand; the storage is let go after it."""
    outside = _Outside(settings)
    try:
        async with _table_service(settings, outside.identity) as tables:
            yield _put_together(settings, clock, tables, outside)
    finally:
        await outside.close()


@asynccontextmanager
async def opened_poison(settings: Settings) -> AsyncIterator[AzurePoison]:
    """The queues and their poison queues, for one piece of work by hand. Whoever waits asks again."""
    outside = _Outside(settings)
    try:
        async with _queue_service(settings, outside.identity, retry_total=0) as service:
            yield AzurePoison(service)
    finally:
        await outside.close()


def compose(settings: Settings, clock: Clock) -> Services:
    """The services of a host, which keeps them; nothing is connected before it is used."""
    outside = _Outside(settings)
    return _put_together(settings, clock, _table_service(settings, outside.identity), outside)


def _put_together(settings: Settings, clock: Clock, tables: "TableServiceClient", outside: "_Outside") -> Services:
    def table(name: str) -> AzureTable:
        return AzureTable(tables.get_table_client(name))

    stripe, queues = outside.stripe, outside.queues
    suspense = SuspenseTables(table(SUSPENSE))
    alarms = Alarms(table(ALARMS))

    async def send(told: Outgoing) -> None:
        """What the outbox holds for suspense goes into its table, everything else to its queue."""
        if told.queue == suspend.QUEUE:
            await suspend.fill_suspense(suspense, told)
        else:
            await queues.send(told.queue, told.text)

    return Services(
        ledger=Ledger(Office(table(LEDGER), alarms, clock, settings.grace, send, _token)),
        alarms=alarms,
        registry=RegistryTables(table(ACCOUNTS)),
        rates=RateCardTables(table(RATE_CARDS), time.monotonic),
        payments=StripePayments(stripe),
        payment_list=StripePayments(stripe),
        cards=StripeCards(stripe),
        webhooks=StripeWebhooks(settings.payments_webhook_secrets),
        mail=AcsEmail(settings.mail_endpoint, settings.mail_sender, settings.mail_key, outside.identity),
        queues=queues,
        suspense=suspense,
        tokens=IssuedTokens(settings.tokens_issuer, settings.tokens_audience),
        clock=clock,
        rules=Rules(settings.grace, settings.smallest),
    )


def _token() -> str:
    return uuid.uuid4().hex


def _table_service(settings: Settings, identity: "_Identity") -> "TableServiceClient":
    if settings.connection is not None:
        return table_service(settings.connection)
    return keyless_table_service(str(settings.table_address), identity())


def _queue_service(settings: Settings, identity: "_Identity", **more: Any) -> "QueueServiceClient":  # noqa: ANN401
    from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - cold start

    options = {"api_version": settings.queue_api_version, "connection_timeout": 5, "read_timeout": 35, **more}
    if settings.connection is not None:
        return QueueServiceClient.from_connection_string(settings.connection, **options)
    return QueueServiceClient(str(settings.queue_address), credential=identity(), **options)


class _Outside:
    """What is connected when it is first used, and can be let go."""

    def __init__(self, settings: Settings) -> None:
        self.identity = _Identity(settings)
        self.queues = AzureQueues(lambda: _queue_service(settings, self.identity))
        self.stripe = StripeAccess(settings.payments_key, settings.payments_address)

    async def close(self) -> None:
        """Close every connection there is."""
        await self.queues.close()
        await self.stripe.close()
        await self.identity.close()


class _Identity:
    """Makes the identity where one is needed, once: the one that the settings name, else whoever is signed in here."""

    def __init__(self, settings: Settings) -> None:
        self._client_id = settings.client_id
        self._made: Any = None

    def __call__(self) -> Any:  # noqa: ANN401 - the SDK's own type, not loaded here
        from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415 - cold start

        if self._made is None:
            named = self._client_id
            self._made = ManagedIdentityCredential(client_id=named) if named else DefaultAzureCredential()
        return self._made

    async def close(self) -> None:
        """Let its connections go, if it was made."""
        if self._made is not None:
            await self._made.close()
