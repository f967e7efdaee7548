"""Rate cards in a table (R9): the `RateCards` port on the `Table` port.

A version is published whole or not at all: first the chunks, in a partition that only this publication uses, then ONE
row that points at them. That row is created, or replaced under the ETag that was read before the chunks were written,
so that a write that lands late cannot undo a later publication. The row of the card's currency is created in the same
transaction as its first version, so that a card never has two.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Literal

from shared.adapters.storage.rate_card_rows import (
    VERSIONS,
    StoredVersion,
    body_of,
    chunks,
    content_of,
    currency_key,
    version_key,
)
from shared.kernel.ids import digest
from shared.ports import (
    Create,
    Delete,
    OtherCurrency,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
    Upsert,
    WriteRefusedError,
)
from shared.rating.rate_card import CardVersion, RateCard

FRESH_SECONDS = 5.0
"""How old the list of versions may be. A version that another process has published is used here after that time."""

CARDS_KEPT = 8
"""How many versions' rates stay in memory, the last used ones. A card of 50,000 rates takes some 25 megabytes."""

ATTEMPTS = 4
"""Tries when other processes publish the same version. That is rare: a version is published a few times a year."""

_FIRST, _END = "", "~"  # before and after every key: keys are ASCII


class RateCardTables:
    """The port `RateCards`. *monotonic* returns seconds and never goes back. The `Clock` port would not do: if the wall
    clock is set back or stopped, an old version would stay in force too long.
    """

    def __init__(self, table: Table, monotonic: Callable[[], float]) -> None:
        self._table = table
        self._monotonic = monotonic
        self._versions: Sequence[StoredVersion] = ()
        # Reads of the list are numbered. A request may use any read that began after it, also one of another request.
        self._begun = 0
        self._newest = 0  # the last completed read, and when it began
        self._newest_at = 0.0
        self._outdated = 0  # reads up to this one may have missed what this process has published since
        self._reading = asyncio.Lock()
        self._cards: dict[str, RateCard] = {}  # the least recently used first
        self._loading = asyncio.Lock()

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        """The card's latest version whose validFrom is at or before *at*, as stored at most 5 s ago.

        Raises `UnavailableError`.
        """
        if self._newest <= self._outdated or self._monotonic() - self._newest_at > FRESH_SECONDS:
            await self._read_versions(max(self._newest, self._outdated))
        return await self._latest(card, at)

    async def in_force_uncached(self, card: str, at: datetime) -> RateCard | None:
        """The same as stored now. Use it before concluding that there is no rate: one may just have been published, and
        a call that is put into suspense waits there for an operator.
        """
        await self._read_versions(self._begun)
        return await self._latest(card, at)

    async def versions(self) -> Sequence[CardVersion]:
        """Every version of every card, by name and validFrom, as stored now. Raises `UnavailableError`."""
        await self._read_versions(self._begun)
        return [stored.version for stored in self._versions]

    async def publish(self, card: RateCard) -> OtherCurrency | None:
        """Store *card* as its version, replacing one with the same name and validFrom. It can be repeated safely.
        Nothing is stored if the card is in another currency.

        Raises `UnavailableError`: the version is then published whole, possibly later, or not at all.
        """
        try:
            for _ in range(ATTEMPTS):
                answer = await self._try_to_publish(card)
                if answer is not False:
                    return answer
            raise UnavailableError("other processes are publishing the same version")
        finally:
            self._outdated = self._begun

    async def _try_to_publish(self, card: RateCard) -> OtherCurrency | Literal[False] | None:
        """Try once to publish; None when it is done, False when another process was faster."""
        body = body_of(card)
        content = content_of(card.currency, body)
        before = await self._table.get(VERSIONS, version_key(card))
        if before is not None and StoredVersion.of(before).content == content:
            return None
        kept = await self._table.get(VERSIONS, currency_key(card.name))
        for row in (kept, before):
            if row is not None and row.values["currency"] != card.currency:
                return OtherCurrency(str(row.values["currency"]))
        # The partition is derived from the state of the version row that this publication replaces, and each state has
        # its own ETag: only another process that publishes the same rates can write, point at or remove these chunks.
        generation = digest(version_key(card), content, before.etag if before else "")
        await self._write_chunks(generation, body)
        stored = StoredVersion(card.version, content, generation)
        if await self._point_at_chunks(stored, before, kept):
            if before is not None:
                await self._remove_chunks(StoredVersion.of(before).generation)
            return None
        if not await self._is_stored(
            stored
        ):  # if it is, another process has published the same version with these chunks
            await self._remove_chunks(generation)
        return False

    async def _read_versions(self, after: int) -> None:
        """Make sure that the list is from a read after the one numbered *after*; another request may have read it."""
        async with self._reading:
            if self._newest > after:
                return
            self._begun += 1
            number, began = self._begun, self._monotonic()
            found = [StoredVersion.of(row) for row in (await self._table.range(VERSIONS, _FIRST, _END)).rows]
            self._versions = sorted(found, key=lambda stored: (stored.version.name, stored.version.valid_from))
            self._newest, self._newest_at = number, began

    async def _latest(self, card: str, at: datetime) -> RateCard | None:
        for _ in range(ATTEMPTS):
            named = [stored for stored in self._versions if stored.version.name == card]
            stored = next((each for each in reversed(named) if each.version.valid_from <= at), None)
            if stored is None:
                return None
            rates = await self._rates(stored)
            if rates is not None:
                return rates
            await self._read_versions(self._begun)  # replaced between the list and the chunks
        raise UnavailableError("the version in force is being replaced again and again")

    async def _rates(self, stored: StoredVersion) -> RateCard | None:
        if stored.generation not in self._cards:
            async with self._loading:
                if stored.generation not in self._cards:
                    await self._load(stored)
        card = self._cards.pop(stored.generation, None)
        if card is not None:
            self._cards[stored.generation] = card
        return card

    async def _load(self, stored: StoredVersion) -> None:
        card = stored.read((await self._table.range(stored.generation, _FIRST, _END)).rows)
        if card is not None:
            self._cards[stored.generation] = card
        while len(self._cards) > CARDS_KEPT:
            del self._cards[next(iter(self._cards))]

    async def _write_chunks(self, generation: str, body: str) -> None:
        for key, values in chunks(body):
            # One row a transaction: half a mebibyte each, of the four that a transaction may have.
            try:
                await self._table.transact(generation, [Upsert(key, values)])
            except OutcomeUnknownError as error:
                raise UnavailableError("no answer while the rates were written; nothing points at them") from error

    async def _point_at_chunks(self, stored: StoredVersion, before: Row | None, kept: Row | None) -> bool:
        """Make the version row point at the chunks; False when another process was faster."""
        key, name, currency = version_key(stored.version), stored.version.name, stored.version.currency
        write = Create(key, stored.values) if before is None else Replace(key, stored.values, before.etag)
        keep = [] if kept is not None else [Create(currency_key(name), {"name": name, "currency": currency})]
        try:
            await self._table.transact(VERSIONS, [write, *keep])
        except (RowExistsError, RowChangedError):
            return False
        except OutcomeUnknownError as error:
            if not await self._is_stored(stored):
                raise UnavailableError("no answer; the version may yet be published") from error
        return True

    async def _is_stored(self, stored: StoredVersion) -> bool:
        row = await self._table.get(VERSIONS, version_key(stored.version))
        return row is not None and StoredVersion.of(row) == stored

    async def _remove_chunks(self, generation: str) -> None:
        # Chunks that cannot be removed take a megabyte and do no harm: no row points at them.
        with suppress(UnavailableError, OutcomeUnknownError, WriteRefusedError):
            found = await self._table.range(generation, _FIRST, _END)
            for row in found.rows:
                await self._table.transact(generation, [Delete(row.key, row.etag)])
