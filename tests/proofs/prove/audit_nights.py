"""Nights of the audit on copied rows: what earlier nights proved, what the next one finds, and what the rota finds."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit import proved
from shared.audit.finding import Finding
from shared.audit.proved import Record
from shared.audit.replay import Replay, replay
from shared.audit.rota import is_in_turn
from shared.kernel.ids import AccountId
from shared.ports import Write
from shared.posting.journal import reads
from shared.posting.journal.keys import shard_of
from shared.service.services import Services
from shared.settings import read_settings
from shared.use_cases.accounts.audit_accounts import list_accounts
from shared.use_cases.accounts.audit_tonight import audit_tonight
from shared.wiring.composition import opened

DAY = timedelta(days=1)

ROTA_DAYS = 28


@dataclass
class NightClock:
    """A clock that stands still until it is set."""

    at: datetime

    def now(self) -> datetime:
        """The instant that was set last."""
        return self.at


class Nights:
    """The nights after *began*, on the rows that *settings* name."""

    def __init__(self, settings: Mapping[str, str], began: datetime) -> None:
        self._settings, self._began = settings, began

    @asynccontextmanager
    async def _services(self, at: datetime) -> AsyncIterator[Services]:
        log = logging.getLogger("shared")
        before = log.level
        log.setLevel(logging.CRITICAL)  # the caller reports the findings
        try:
            async with opened(read_settings(self._settings), NightClock(at)) as services:
                yield services
        finally:
            log.setLevel(before)

    async def prove(self, last: Callable[[int], int], accounts: Sequence[AccountId]) -> None:
        """Store that the night before has proved each account up to page *last*(its last page), all whole."""
        async with self._services(self._began) as services:
            for account in accounts:
                loaded = await reads.load(services.ledger.table, account)
                page = last(loaded.book.position.sequence) if loaded else 0
                if page:
                    await self.store(services, account, await replayed(services, account, page))
                else:
                    await proved.forget(services.audits, account)

    async def store(self, services: Services, account: AccountId, found: Replay) -> None:
        """Store *found* as what was proved."""
        stored = await proved.read(services.audits, account)
        record = Record(self._began, self._began, self._began)
        await proved.write(services.audits, account, stored, record, found)

    async def forge(self, account: AccountId, change: Callable[[Replay], None]) -> None:
        """Change what was proved of the account, with a right digest."""
        async with self._services(self._began) as services:
            loaded = await reads.load(services.ledger.table, account)
            assert loaded is not None
            found = await replayed(services, account, loaded.book.position.sequence)
            change(found)
            await self.store(services, account, found)

    async def write(self, account: AccountId, writes: Callable[[proved.Stored], Sequence[Write]]) -> None:
        """Write rows of the account's shard of the table `Audits`."""
        async with self._services(self._began) as services:
            stored = await proved.read(services.audits, account)
            await services.audits.transact(shard_of(account), writes(stored))

    async def same(self) -> list[Finding]:
        """What the first night finds, in which no account is in its night of the rota."""
        at = self._began + timedelta(hours=1)  # the same day as the whole audit
        return await self._night(at)

    async def rota(self, accounts: Sequence[AccountId]) -> list[Finding]:
        """What the accounts' nights of the rota find; each has one in `ROTA_DAYS`."""
        nights = [self._began + number * DAY for number in range(1, ROTA_DAYS + 1)]
        turns = {at for account in accounts for at in nights if is_in_turn(account, ROTA_DAYS * DAY, at)}
        return [finding for at in sorted(turns) for finding in await self._night(at)]

    async def _night(self, at: datetime) -> list[Finding]:
        async with self._services(at) as services:
            listed = await list_accounts(services)
            findings = listed.findings()
            for account in listed.partitions:
                findings += await audit_tonight(services, account, await proved.read(services.audits, account))
            return findings


async def replayed(services: Services, account: AccountId, last: int) -> Replay:
    """The replay of the account's pages up to *last*."""
    pages = [page async for page in reads.pages(services.ledger.table, account, 1, last)]
    return replay(account, pages, last)
