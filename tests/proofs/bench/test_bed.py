"""A test bed: Azurite in memory, its tables, and the real services on the real adapters, in this process."""

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
from shared.rating.rate_card import RateCard
from shared.service.services import Services
from shared.settings import read_settings
from shared.wiring.composition import QUEUES, TABLES, freeze_loaded_objects, opened

SAMPLE = ROOT / "local" / "sample" / "rates.csv"
CARD, CURRENCY = "default", "USD"
NOWHERE = "http://127.0.0.1:9"
"""Where nobody answers: no bench needs cards, mail or tokens."""

GRANTED = 1_000_000 * MICROS
"""More than any bench can spend: overdraft is another path."""


@contextmanager
def storage() -> Iterator[str]:
    """Azurite in memory; its connection string."""
    with tempfile.TemporaryDirectory() as folder, azurite(Path(folder), None) as connection:
        yield connection


def settings_for(connection: str) -> dict[str, str]:
    """The environment of a service whose outside is nothing but storage."""
    outside = dict.fromkeys(("payments", "mailbox", "issuer"), NOWHERE)
    return service_settings(connection, outside, Secrets("sk_test", "whsec", "key"))


async def lay_out(connection: str) -> None:
    """Have the service's tables and queues."""
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
    """The services of one process, as `wiring` puts them together for a worker."""
    async with opened(read_settings(settings_for(connection)), clock) as services:
        freeze_loaded_objects()
        yield services


async def publish(services: Services) -> None:
    """Publish the sample rate card, in force since long ago."""
    rates = read_rates(SAMPLE.read_bytes())
    assert not isinstance(rates, CardProblems), rates
    long_ago = services.clock.now() - timedelta(days=400)
    await services.rates.publish(RateCard(CARD, CURRENCY, long_ago.replace(microsecond=0), rates))


@dataclass(frozen=True, slots=True)
class Opening:
    """An account to open, with *lots* grants of equal size that expire at *expires_at* (None: in a year)."""

    account: AccountId
    lots: int
    expires_at: datetime | None


async def open_account(services: Services, opening: Opening) -> None:
    """Open the account, if it is not, and grant it credit enough for any bench, in one commit for each lot."""
    now = services.clock.now()
    account = opening.account
    terms = Terms(account, CURRENCY, "US", "UTC", CARD, now - timedelta(days=92), now, "bench")
    await services.registry.add(account)
    for number in range(opening.lots):
        name = event("bench", account, str(number), instant_text(now), content="")
        answer = await services.ledger.post(account, Decision(_grant(number, opening), name, opening_terms=terms))
        assert isinstance(answer, Posted), answer


def _grant(number: int, opening: Opening):
    def decide(book: Book, now: datetime) -> Change:
        origin = EventName("bench", str(number))
        amount = GRANTED // opening.lots
        funds = Funds(amount, LotSource.GRANT, Funding.PAID, origin, charged_at=now, expires_at=opening.expires_at)
        return grant(book, funds, now=now)

    return decide


@asynccontextmanager
async def bed(connection: str) -> AsyncIterator[Services]:
    """Services on laid-out storage, with the sample card in force."""
    await lay_out(connection)
    async with services_on(connection, SystemClock()) as services:
        await publish(services)
        yield services
