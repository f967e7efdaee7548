"""The composition root: settings -> adapters -> services. The only place that knows which is which."""

import gc
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.adapters.acs_email import AcsEmail
from shared.adapters.azure_queues import AzureQueues
from shared.adapters.azure_tables import AzureTable, keyless_table_service, table_service
from shared.adapters.clock import SystemClock
from shared.adapters.rate_card_tables import RateCardTables
from shared.adapters.registry_tables import RegistryTables
from shared.adapters.spread_tables import HOME, SpreadTable
from shared.adapters.stripe_cards import StripeCards
from shared.adapters.stripe_client import StripeAccess
from shared.adapters.stripe_payments import StripePayments
from shared.adapters.stripe_webhooks import StripeWebhooks
from shared.adapters.suspense_tables import SuspenseTables
from shared.adapters.telemetry import start_telemetry
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

TALKATIVE = ("azure.core", "azure.functions", "azure.identity", "azure.monitor", "httpx", "stripe")
"""They log every request that they make, or every message that they hand over. Azure's worker sends whatever is logged
to the host, which keeps and bills it: a night's audit would drown in it, and row keys would stand in the log. Muted
before telemetry is started: the exporter's own client would report on each of its reports, for ever.
"""

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

_clock: list[Clock] = [SystemClock()]


def keep_time_with(clock: Clock) -> None:
    """Use *clock* from the next composition on; said before the first function runs."""
    _clock[0] = clock


@cache
def start_telling() -> None:
    """Let others see what this process does, from the first span on; once."""
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    start_telemetry(os.environ)


@cache
def services() -> Services:
    """This process's services, put together when the first function runs and kept."""
    start_telling()
    made = compose(read_settings(os.environ), _clock[0])
    keep_what_is_loaded()
    return made


def keep_what_is_loaded() -> None:
    """Have the garbage collector pass over what is there by now: modules, classes, rate cards stay as long as the
    process. Every transaction makes enough short-lived objects for it to look through all of that again and again,
    which took a busy worker a tenth of its time (docs/performance.md).
    """
    gc.freeze()


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The services for one piece of work outside a host, such as an audit by hand; the storage is let go after it."""
    queues = AzureQueues(lambda: _queue_service(settings))
    async with AsyncExitStack() as stack:
        stores = {name: await stack.enter_async_context(store) for name, store in _table_services(settings).items()}
        try:
            yield _put_together(settings, clock, stores, queues)
        finally:
            await queues.close()


def compose(settings: Settings, clock: Clock) -> Services:
    """The services of a host, which keeps them; nothing is connected before it is used."""
    return _put_together(settings, clock, _table_services(settings), AzureQueues(lambda: _queue_service(settings)))


def _put_together(
    settings: Settings, clock: Clock, stores: Mapping[str, "TableServiceClient"], queues: AzureQueues
) -> Services:
    def table(name: str, place: str = HOME) -> AzureTable:
        return AzureTable(stores[place].get_table_client(name))

    stripe = StripeAccess(settings.payments_key, settings.payments_address)
    suspense = SuspenseTables(table(SUSPENSE))
    alarms = Alarms(table(ALARMS))
    registry = RegistryTables(table(ACCOUNTS), tuple(settings.spread))
    ledger = SpreadTable(registry.place, {place: table(LEDGER, place) for place in stores})

    async def send(told: Outgoing) -> None:
        """What the outbox holds for suspense goes into its table, everything else to its queue."""
        if told.queue == suspend.QUEUE:
            await suspend.fill_suspense(suspense, told)
        else:
            await queues.send(told.queue, told.text)

    return Services(
        ledger=Ledger(Office(ledger, alarms, clock, settings.grace, send, _token)),
        alarms=alarms,
        registry=registry,
        rates=RateCardTables(table(RATE_CARDS), time.monotonic),
        payments=StripePayments(stripe),
        payment_list=StripePayments(stripe),
        cards=StripeCards(stripe),
        webhooks=StripeWebhooks(settings.payments_webhook_secrets),
        mail=AcsEmail(settings.mail_endpoint, settings.mail_sender, settings.mail_key, _credential(settings)),
        queues=queues,
        suspense=suspense,
        tokens=IssuedTokens(settings.tokens_issuer, settings.tokens_audience),
        clock=clock,
        rules=Rules(settings.grace, settings.smallest),
    )


def _token() -> str:
    return uuid.uuid4().hex


def _table_services(settings: Settings) -> dict[str, "TableServiceClient"]:
    """The storage account of everything, and the further ones of the ledger."""
    if settings.connection is not None:
        return {place: table_service(where) for place, where in {HOME: settings.connection, **settings.spread}.items()}
    addresses = {HOME: str(settings.table_address), **settings.spread}
    return {place: keyless_table_service(where, _credential(settings)()) for place, where in addresses.items()}


def _queue_service(settings: Settings) -> "QueueServiceClient":
    from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - cold start

    options: dict[str, Any] = {"api_version": settings.queue_api_version, **QUEUE_PATIENCE}
    if settings.connection is not None:
        return QueueServiceClient.from_connection_string(settings.connection, **options)
    return QueueServiceClient(str(settings.queue_address), credential=_credential(settings)(), **options)


def _credential(settings: Settings) -> Any:  # noqa: ANN401 - the SDK's own type, not loaded here
    """Makes the managed identity, where one is needed."""

    def identity() -> object:
        from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - cold start

        return ManagedIdentityCredential(client_id=settings.client_id)

    return identity
