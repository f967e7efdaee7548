"""What is stored about a reconciliation: a row of its state, and its differences in blobs of 1,000 lines (R29).

Each run writes blobs of its own, and the row names those of the run that ended: runs cannot mix their differences.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Create,
    OutcomeUnknownError,
    ReceiptState,
    Replace,
    Row,
    RowChangedError,
    UnavailableError,
    Value,
)
from shared.posting.journal.keys import end_of
from shared.service.http import ProblemError
from shared.service.services import Services

DIFFERENCES_AT_ONCE = 1_000
"""Differences of one blob, which is one page of the answer."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A carrier's export, in the blob *blob*, compared with the calls from *first* and before *end*. *at*: when it was
    asked for last. *blobs*: where its differences are; *counts*: how many, by class; *amounts*: what they add up to, as
    people see it. *detail* says why it failed. Its *id* begins with its time.
    """

    id: str
    account: AccountId
    format: str
    first: datetime
    end: datetime
    at: datetime
    profile: str | None = None
    state: ReceiptState = ReceiptState.WAITING
    read: int = 0
    matched: int = 0
    skipped: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Any] = field(default_factory=dict)
    blobs: str = ""
    detail: str = ""
    etag: str = field(default="", compare=False)

    @property
    def blob(self) -> str:
        """The name of the export in the container `usage-files`."""
        return f"reconciliations/{self.id}/export"

    @property
    def pages(self) -> int:
        """How many blobs hold the differences."""
        return -(-sum(self.counts.values()) // DIFFERENCES_AT_ONCE)


async def read_reconciliation(services: Services, account: AccountId, name: str) -> Reconciliation | None:
    """One reconciliation of *account*. Raises `UnavailableError`."""
    row = await services.reports.sums.get(account, _key(name))
    return _read(account, row) if row else None


async def reconciliations_of(services: Services, account: AccountId) -> list[Reconciliation]:
    """Every reconciliation of *account*. Raises `UnavailableError`."""
    first = _key("")
    return [_read(account, row) for row in (await services.reports.sums.range(account, first, end_of(first))).rows]


async def add_reconciliation(services: Services, new: Reconciliation) -> None:
    """Store a new one. Raises `UnavailableError`."""
    try:
        await services.reports.sums.transact(new.account, [Create(_key(new.id), _values(new))])
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown


async def change_reconciliation(services: Services, changed: Reconciliation) -> Reconciliation | None:
    """Store one that was read, and return it with its new ETag; None, and nothing is stored, if it was changed since.
    Raises `UnavailableError`.
    """
    write = Replace(_key(changed.id), _values(changed), changed.etag)
    try:
        (etag,) = await services.reports.sums.transact(changed.account, [write])
    except RowChangedError:
        return None
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown
    return replace(changed, etag=etag)


async def write_page(services: Services, blobs: str, number: int, shown: list[dict[str, Any]]) -> None:
    """Store page *number* of the differences. Raises `UnavailableError`."""
    lines = "".join(f"{json.dumps(each)}\n" for each in shown)
    await services.usage_files.put(_page(blobs, number), lines.encode())


async def read_page(services: Services, found: Reconciliation, number: int) -> list[dict[str, Any]]:
    """Page *number* of the differences, the first is 0; empty beyond the last. ProblemError `not_found` when it has
    been deleted, as old files of usage are. Raises `UnavailableError`.
    """
    if number >= found.pages:
        return []
    with TemporaryFile() as file:
        if not await services.usage_files.fetch(_page(found.blobs, number), file):
            raise ProblemError("not_found", "the differences are not kept any more; compare the export again")
        file.seek(0)
        return [json.loads(line) for line in file]


async def all_differences(services: Services, account: AccountId, name: str) -> AsyncIterator[dict[str, Any]]:
    """Every difference, a page at a time in memory. Raises what `read_page` raises."""
    found = await read_reconciliation(services, account, name)
    for number in range(found.pages if found else 0):
        assert found is not None, "it has pages"
        for shown in await read_page(services, found, number):
            yield shown


def _key(name: str) -> str:
    return f"reconciliation|{name}"


def _page(blobs: str, number: int) -> str:
    return f"{blobs}/{number:06}.jsonl"


def _values(of: Reconciliation) -> dict[str, Value]:
    return {
        "id": of.id,
        "format": of.format,
        "from": instant_text(of.first),
        "to": instant_text(of.end),
        "at": instant_text(of.at),
        "profile": of.profile or "",
        "state": of.state.value,
        "read": of.read,
        "matched": of.matched,
        "skipped": of.skipped,
        "counts": json.dumps(dict(of.counts), sort_keys=True),
        "amounts": json.dumps(of.amounts, sort_keys=True),
        "blobs": of.blobs,
        "detail": of.detail,
    }


def _read(account: AccountId, row: Row) -> Reconciliation:
    values = row.values
    return Reconciliation(
        id=str(values["id"]),
        account=account,
        format=str(values["format"]),
        first=parse_instant(str(values["from"])),
        end=parse_instant(str(values["to"])),
        at=parse_instant(str(values["at"])),
        profile=str(values["profile"]) or None,
        state=ReceiptState(str(values["state"])),
        read=int(values["read"]),
        matched=int(values["matched"]),
        skipped=int(values["skipped"]),
        counts=json.loads(str(values["counts"])),
        amounts=json.loads(str(values.get("amounts", "{}"))),
        blobs=str(values["blobs"]),
        detail=str(values["detail"]),
        etag=row.etag,
    )
