"""Rate cards in a table (R9): the `RateCards` port over the `Table` port.

A version is published whole or not at all: chunks first, in a partition that only this publication uses, then ONE row
that points at them. That row is created, or replaced under the ETag read before the chunks were written, so a write
that lands late cannot undo a later publication.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from shared.adapters.storage.rate_card_rows import VERSIONS, StoredVersion, body_of, chunks, content_of, version_key
from shared.kernel.ids import digest
from shared.ports import (
    Create,
    Delete,
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
"""How old the list of versions may be: what another process published is in force here after that time."""

CARDS_KEPT = 8
"""Versions whose rates stay in memory, the last used ones: a card of 50,000 rates takes some 25 megabytes."""

ATTEMPTS = 4
"""More losses in a row than operators have hands; a version is published a few times a year."""

_FIRST, _END = "", "~"  # around every key: they are ASCII


class RateCardTables:
    """*monotonic* gives seconds that only go forward. Not the `Clock` port: a wall clock that is set back would keep an
    old version in force for as long, and a stopped one for ever.
    """

    def __init__(self, table: Table, monotonic: Callable[[], float]) -> None:
        self._table = table
        self._monotonic = monotonic
        self._versions: Sequence[StoredVersion] = ()
        # Reads of the list are numbered: one that began after a question was asked answers it, whoever began it.
        self._begun = 0
        self._newest = 0  # the last that was answered, and when it began
        self._newest_at = 0.0
        self._outdated = 0  # reads up to this one may have missed what this process published
        self._reading = asyncio.Lock()
        self._cards: dict[str, RateCard] = {}  # the longest unused first
        self._loading = asyncio.Lock()

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        """Return the card's latest version whose validFrom is at or before *at*, as known at most 5 s ago.

        Raises `UnavailableError`.
        """
        if self._newest <= self._outdated or self._monotonic() - self._newest_at > FRESH_SECONDS:
            await self._read_versions(max(self._newest, self._outdated))
        return await self._latest(card, at)

    async def fresh(self, card: str, at: datetime) -> RateCard | None:
        """The same, as stored now. Ask before concluding that there is no rate: one may just have been published, and
        a call that went to suspense waits there for a person.
        """
        await self._read_versions(self._begun)
        return await self._latest(card, at)

    async def versions(self) -> Sequence[CardVersion]:
        """Every version of every card, by name and validFrom, as stored now. Raises `UnavailableError`."""
        await self._read_versions(self._begun)
        return [stored.version for stored in self._versions]

    async def publish(self, card: RateCard) -> None:
        """Store *card* as its version, replacing one with the same name and validFrom. Publishing again is harmless.

        Raises `UnavailableError`: the version is then published whole, perhaps later, or not at all.
        """
        try:
            for _ in range(ATTEMPTS):
                if await self._published(card):
                    return
            raise UnavailableError("others are publishing the same version")
        finally:
            self._outdated = self._begun

    async def _published(self, card: RateCard) -> bool:
        """One attempt; False when a rival was faster."""
        body = body_of(card)
        content = content_of(card.currency, body)
        before = await self._table.get(VERSIONS, version_key(card))
        if before is not None and StoredVersion.of(before).content == content:
            return True
        # A publication follows one state of the version row, and no two states share an ETag: nobody else ever writes,
        # points at or removes these chunks, except a rival with the very same rates.
        generation = digest(version_key(card), content, before.etag if before else "")
        await self._write_chunks(generation, body)
        version = CardVersion(card.name, card.currency, card.valid_from, len(card.rates))
        stored = StoredVersion(version, content, generation)
        if await self._point(stored, before):
            if before is not None:
                await self._remove_chunks(StoredVersion.of(before).generation)
            return True
        if not await self._is_stored(stored):  # else the rival has published the very same, from these chunks
            await self._remove_chunks(generation)
        return False

    async def _read_versions(self, after: int) -> None:
        """Have a list whose reading began after the read numbered *after*: by own effort, or a rival's meanwhile."""
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

    async def _point(self, stored: StoredVersion, before: Row | None) -> bool:
        """Make the version row point at the chunks; False when a rival was faster."""
        key = version_key(stored.version)
        write = Create(key, stored.values) if before is None else Replace(key, stored.values, before.etag)
        try:
            await self._table.transact(VERSIONS, [write])
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
        # What cannot be removed costs a megabyte and misleads nobody: no row points at it.
        with suppress(UnavailableError, OutcomeUnknownError, WriteRefusedError):
            found = await self._table.range(generation, _FIRST, _END)
            for row in found.rows:
                await self._table.transact(generation, [Delete(row.key, row.etag)])
