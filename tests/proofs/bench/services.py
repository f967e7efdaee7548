"""The environment of benchmarks: the real services and adapters in this process, on Azurite in memory."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from azure.core.exceptions import ResourceExistsError

from local.host.queue_listeners import queue_service
from local.machine.azurite import azurite
from local.machine.paths import ROOT
from local.machine.service_settings import Secrets, service_settings
from shared.adapters.clock import SystemClock
from shared.adapters.storage.azure_tables import table_service
from shared.kernel.ids import AccountId
from shared.kernel.money import MICROS
from shared.kernel.times import instant_text
from shared.ledger.book import Book, Funding, LotSource, Terms
from shared.ledger.change import Change, EventName
from shared.ledger.grant import Funds, grant
from shared.ports import Clock
from shared.posting.decision import Decision, Posted, event
from shared.rating.card_csv import CardProblems, read_rates
from shared.service.services import Services
from shared.settings import read_settings
from shared.wiring.composition import opened
from shared.wiring.garbage import spare_garbage_collector
from shared.wiring.names import QUEUES, TABLES

SAMPLE = ROOT / "local" / "sample" / "rates.csv"
CARD, CURRENCY = "default", "USD"
NOWHERE = "http://127.0.0.1:9"
"""An address where no server listens: no benchmark uses cards, mail or tokens."""

GRANTED = 1_000_000 * MICROS
"""More than any benchmark spends, because overdraft takes another code path."""


@contextmanager
def storage() -> Iterator[str]:
    """Start Azurite in memory; yield its connection string."""
    with tempfile.TemporaryDirectory() as folder, azurite(Path(folder), None) as connection:
        yield connection


def settings_for(connection: str) -> dict[str, str]:
    """The settings of a service with storage, but no other external service."""
    addresses = dict.fromkeys(("payments", "mailbox", "issuer"), NOWHERE)
    return service_settings(connection, NOWHERE, addresses, Secrets("sk_test", "whsec", "key"))


async def create_tables_and_queues(connection: str) -> None:
    """Create the service's tables and queues."""
    async with table_service(connection) as tables:
        for name in TABLES:
            await tables.create_table_if_not_exists(name)
    async with queue_service(connection, {}) as queues:
        for name in QUEUES:
            try:
                await queues.create_queue(name)
            except ResourceExistsError:
                continue


@asynccontextmanager
async def services_on(connection: str, clock: Clock) -> AsyncIterator[Services]:
    """Yield the services of one process, composed as `wiring` composes them for a worker."""
    async with opened(read_settings(settings_for(connection)), clock) as services:
        spare_garbage_collector()
        yield services


async def publish(services: Services) -> None:
    """Publish the sample rate card, in force for 400 days."""
    rates = read_rates(SAMPLE.read_bytes())
    assert not isinstance(rates, CardProblems), rates
    long_ago = services.clock.now() - timedelta(days=400)
    await services.rates.publish(rates.as_card(CARD, CURRENCY, long_ago.replace(microsecond=0)))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open, with *lots* grants of equal size that expire at *expires_at* (None: in a year)."""

    account: AccountId
    lots: int
    expires_at: datetime | None


async def open_account(services: Services, new: NewAccount) -> None:
    """Open the account if necessary, and grant it enough credit for any benchmark, with one commit per lot."""
    now = services.clock.now()
    account = new.account
    terms = Terms(account, CURRENCY, "US", "UTC", CARD, now - timedelta(days=92), now, "bench")
    await services.registry.add(account)
    for number in range(new.lots):
        name = event("bench", account, str(number), instant_text(now), content="")
        answer = await services.ledger.post(account, Decision(_grant(number, new), name, opening_terms=terms))
        assert isinstance(answer, Posted), answer


def _grant(number: int, new: NewAccount):
    def decide(book: Book, now: datetime) -> Change:
        origin = EventName("bench", str(number))
        amount = GRANTED // new.lots
        funds = Funds(amount, LotSource.GRANT, Funding.PAID, origin, charged_at=now, expires_at=new.expires_at)
        return grant(book, funds, now=now)

    return decide


@asynccontextmanager
async def prepared_services(connection: str) -> AsyncIterator[Services]:
    """Yield services on storage with tables and queues, with the sample card in force."""
    await create_tables_and_queues(connection)
    async with services_on(connection, SystemClock()) as services:
        await publish(services)
        yield services
