"""The composition root: settings -> adapters -> services. Only this module knows which adapter serves which port."""

import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.adapters.acs_email import AcsEmail
from shared.adapters.clock import SystemClock
from shared.adapters.identity.tokens import IssuedTokens
from shared.adapters.queues.azure_poison import AzurePoisonQueues
from shared.adapters.storage.azure_tables import AzureTable
from shared.adapters.storage.call_record_tables import CallRecordTables
from shared.adapters.storage.card_attempt_tables import CardAttemptTables
from shared.adapters.storage.delivery_tables import DeliveryTables
from shared.adapters.storage.lean_table import LeanTable
from shared.adapters.storage.number_key_tables import NumberKeyTables
from shared.adapters.storage.rate_card_tables import RateCardTables
from shared.adapters.storage.registry_tables import RegistryTables
from shared.adapters.storage.service_number_tables import ServiceNumberTables
from shared.adapters.storage.spread_tables import HOME, SpreadTable
from shared.adapters.storage.suspense_tables import SuspenseTables
from shared.adapters.storage.usage_import_tables import UsageImportTables
from shared.adapters.storage.watermark_tables import WatermarkTables
from shared.adapters.stripe.cards import StripeCards
from shared.adapters.stripe.disputes import StripeDisputes
from shared.adapters.stripe.payments import StripePayments
from shared.adapters.stripe.refunds import StripeRefunds
from shared.adapters.stripe.webhooks import StripeWebhooks
from shared.adapters.telemetry.choice import start_telemetry
from shared.ports import Clock, Table
from shared.posting.alarm import Alarms
from shared.posting.ledger import Ledger
from shared.posting.loop.context import LoopContext
from shared.service.request_limit import RequestLimit
from shared.service.services import Rules, Services
from shared.settings import Settings, TableClientName, read_settings
from shared.wiring.clients import Clients, queue_service, table_services
from shared.wiring.collection import collection
from shared.wiring.garbage import spare_garbage_collector
from shared.wiring.names import (
    ACCOUNTS,
    ALARMS,
    AUDITS,
    CARD_ATTEMPTS,
    LEDGER,
    NOTICES,
    RATE_CARDS,
    SERVICE_NUMBERS,
    SUSPENSE,
    USAGE,
    USAGE_IMPORTS,
    WATERMARKS,
)
from shared.wiring.outbox import recorder, sender
from shared.wiring.report_stores import report_stores

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient

TABLE_CLIENTS = {TableClientName.LEAN: LeanTable, TableClientName.SDK: AzureTable}

NOISY_LIBRARIES = (
    *("azure.core", "azure.functions", "azure.identity", "azure.monitor"),
    *("boto3", "botocore", "httpx", "stripe"),
)
"""Libraries that log every request or message. Azure's worker sends every log line to the host, which stores and bills
it: a nightly audit would log too much, and row keys would be in the log. They are muted before telemetry is started:
otherwise the exporter's client would log each export, and that log would be exported again, without end.
"""

_clock: list[Clock] = [SystemClock()]


def use_clock(clock: Clock) -> None:
    """Use *clock* from the next composition on. Call it before the first function runs."""
    _clock[0] = clock


def current_clock() -> Clock:
    """The clock that was set last, for code that composes its own services."""
    return _clock[0]


@cache
def start_instrumentation() -> None:
    """Start telemetry and mute noisy libraries; once for a process, before its first span."""
    for library in NOISY_LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    start_telemetry(os.environ)


@cache
def services() -> Services:
    """This process's services. They are composed when the first function runs, and kept."""
    start_instrumentation()
    made = compose(read_settings(os.environ), _clock[0])
    spare_garbage_collector()
    return made


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The services for one piece of work outside a host, such as an audit by hand; connections are closed after it."""
    outside = Clients(settings)
    try:
        async with AsyncExitStack() as stack:
            stores = table_services(settings, outside.identity)
            opened_stores = {name: await stack.enter_async_context(store) for name, store in stores.items()}
            yield _compose(settings, clock, opened_stores, outside)
    finally:
        await outside.close()


@asynccontextmanager
async def opened_poison_queues(settings: Settings) -> AsyncIterator[AzurePoisonQueues]:
    """The queues and their poison queues, for one piece of work by hand. Nothing is retried: the operator can try
    again.
    """
    outside = Clients(settings)
    try:
        async with queue_service(settings, outside.identity, retry_total=0) as service:
            yield AzurePoisonQueues(service)
    finally:
        await outside.close()


def compose(settings: Settings, clock: Clock) -> Services:
    """The services of a host, which keeps them; nothing is connected before it is used."""
    outside = Clients(settings)
    return _compose(settings, clock, table_services(settings, outside.identity), outside)


def _compose(
    settings: Settings, clock: Clock, stores: Mapping[str, "TableServiceClient"], outside: Clients
) -> Services:
    def table(name: str, place: str = HOME) -> AzureTable:
        return TABLE_CLIENTS[settings.table_client](stores[place].get_table_client(name))

    suspense, alarms = SuspenseTables(table(SUSPENSE)), Alarms(table(ALARMS))
    registry, ledger = _spread(settings, table(ACCOUNTS), {place: table(LEDGER, place) for place in stores})
    records = CallRecordTables(table(USAGE), clock, settings.records_kept)
    outlets = sender(suspense, outside.queues), recorder(records, outside.queues)
    recharge_rules, turns = settings.recharge_rules, TABLE_CLIENTS[settings.table_client].TURNS
    posting = Ledger(LoopContext(ledger, alarms, clock, settings.grace, recharge_rules, *outlets, _token, turns))
    return Services(
        ledger=posting,
        alarms=alarms,
        registry=registry,
        rates=RateCardTables(table(RATE_CARDS), time.monotonic),
        **_provider(settings, outside),
        mail=AcsEmail(settings.mail_endpoint, settings.mail_sender, settings.mail_key, outside.identity),
        queues=outside.queues,
        suspense=suspense,
        audits=table(AUDITS),
        tokens=IssuedTokens(settings.tokens_issuer, settings.tokens_audience, time.monotonic),
        operators=settings.operator_tenants,
        allowed_origins=settings.cors_origins,
        request_limit=RequestLimit(settings.requests_per_minute, time.monotonic),
        card_attempts=CardAttemptTables(table(CARD_ATTEMPTS), settings.card_attempts),
        service_numbers=ServiceNumberTables(table(SERVICE_NUMBERS), time.monotonic),
        number_keys=NumberKeyTables(table(ACCOUNTS)),
        reports=report_stores(records, posting, table(USAGE), outside.report_files),
        imports=UsageImportTables(table(USAGE_IMPORTS)),
        deliveries=DeliveryTables(table(NOTICES)),
        usage_files=outside.files,
        clock=clock,
        rules=_rules(settings),
        portal=settings.portal_parts,
        collection=collection(settings, outside.own_tokens, WatermarkTables(table(WATERMARKS)), clock),
    )


def _provider(settings: Settings, outside: Clients) -> dict[str, Any]:
    """The ports that the payment provider serves."""
    return {
        "payments": StripePayments(outside.stripe),
        "payment_list": StripePayments(outside.stripe),
        "cards": StripeCards(outside.stripe),
        "refunds": StripeRefunds(outside.stripe),
        "disputes": StripeDisputes(outside.stripe),
        "webhooks": StripeWebhooks(settings.payments_webhook_secrets, outside.stripe.mode),
    }


def _spread(settings: Settings, accounts: Table, ledgers: Mapping[str, Table]) -> tuple[RegistryTables, SpreadTable]:
    """The register of accounts, and the ledger, whose accounts it places."""
    registry = RegistryTables(accounts, tuple(settings.spread), ledgers)
    return registry, SpreadTable(registry.place, ledgers)


def _rules(settings: Settings) -> Rules:
    return Rules(
        grace=settings.grace,
        amounts=settings.amount_limits,
        closed_kept=settings.suspense_keep_closed,
        suspense_kept=settings.suspense_keep,
        deployment=settings.payments_deployment,
        portal=settings.portal_address,
        plan_sizes=settings.plan_sizes,
        settlement_margin=settings.settlement_margin,
        audit_rota=settings.audit_rota,
        records_kept=settings.records_kept,
    )


def _token() -> str:
    return uuid.uuid4().hex
