"""The port `UsageImports` on a table: one partition with the profiles, and one for each receipt."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from shared.kernel.ids import digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Counts,
    Create,
    OutcomeUnknownError,
    Receipt,
    ReceiptState,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
    Upsert,
    Value,
)

PROFILES, TEXT = "profiles", "profile"
RECEIPT, ROW = "receipt:", "receipt"


class UsageImportTables:
    """Profiles and receipts by name. Names are digested, because a storage key allows fewer characters."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def profile(self, name: str) -> str | None:
        """See `UsageImports.profile`."""
        row = await self._table.get(PROFILES, _key(name))
        return str(row.values[TEXT]) if row else None

    async def put_profile(self, name: str, text: str) -> bool:
        """See `UsageImports.put_profile`."""
        values: Mapping[str, Value] = {"name": name, TEXT: text}
        is_new = await self._table.get(PROFILES, _key(name)) is None
        try:
            await self._table.transact(PROFILES, [Upsert(_key(name), values)])
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return is_new

    async def receipt(self, name: str) -> Receipt | None:
        """See `UsageImports.receipt`."""
        row = await self._table.get(RECEIPT + _key(name), ROW)
        return _receipt(row) if row else None

    async def add(self, receipt: Receipt) -> Receipt:
        """See `UsageImports.add`."""
        partition = RECEIPT + _key(receipt.id)
        try:
            (etag,) = await self._table.transact(partition, [Create(ROW, _values(receipt))])
        except RowExistsError:
            row = await self._table.get(partition, ROW)
            if row is None:
                raise UnavailableError("the receipt was there a moment ago") from None
            return _receipt(row)
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return replace(receipt, etag=etag)

    async def change(self, receipt: Receipt) -> Receipt | None:
        """See `UsageImports.change`."""
        try:
            (etag,) = await self._table.transact(
                RECEIPT + _key(receipt.id), [Replace(ROW, _values(receipt), receipt.etag)]
            )
        except RowChangedError:
            return None
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return replace(receipt, etag=etag)


def _key(name: str) -> str:
    return digest(name)[:32]


def _values(receipt: Receipt) -> dict[str, Value]:
    counts = asdict(receipt.counts)
    return {
        "id": receipt.id,
        "blob": receipt.blob,
        "format": receipt.format,
        "receivedAt": instant_text(receipt.received_at),
        "account": receipt.account or "",
        "profile": receipt.profile or "",
        "sender": receipt.sender or "",
        "state": receipt.state.value,
        "reason": receipt.reason,
        "detail": receipt.detail,
        "givenUpAt": receipt.given_up_at,
        **{name: value for name, value in counts.items() if name != "reasons"},
        "reasons": json.dumps(dict(receipt.counts.reasons), sort_keys=True),
    }


def _receipt(row: Row) -> Receipt:
    values = row.values
    numbers = {name: int(values[name]) for name in ("read", "booked", "duplicate", "suspended", "ignored", "free")}
    return Receipt(
        id=str(values["id"]),
        blob=str(values["blob"]),
        format=str(values["format"]),
        received_at=parse_instant(str(values["receivedAt"])),
        account=str(values["account"]) or None,
        profile=str(values["profile"]) or None,
        sender=str(values["sender"]) or None,
        state=ReceiptState(str(values["state"])),
        counts=Counts(**numbers, reasons=json.loads(str(values["reasons"]))),
        reason=str(values["reason"]),
        detail=str(values["detail"]),
        given_up_at=int(values["givenUpAt"]),
        etag=row.etag,
    )
