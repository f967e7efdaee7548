"""Unreadable rows: reported one by one when one of them has stopped an account's audit."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from shared.audit.finding import Finding, Invariant
from shared.kernel.ids import AccountId, LotId
from shared.ports import Row, Table
from shared.posting.journal.brake_rows import brake_of, habit_of
from shared.posting.journal.call_rows import entitlements_of, hold_of, licence_of, pool_of
from shared.posting.journal.keys import (
    BRAKE,
    CLOSED_INTENT,
    CLOSED_LOT,
    ENTITLEMENTS,
    FURTHER_TERMS,
    HABIT,
    HEAD,
    LICENCE,
    MARKER,
    OPEN_HOLD,
    OPEN_INTENT,
    OPEN_LOT,
    PAGE,
    POOL,
    SETTINGS,
)
from shared.posting.journal.marker_rows import marker_of
from shared.posting.journal.pages import change_of, page_of
from shared.posting.journal.rows import (
    intent_of,
    loaded_from,
    lot_of,
)
from shared.posting.journal.settings_rows import (
    SETTINGS_TYPE,
)

ROWS_AT_ONCE = 100
"""A page may have a quarter of a megabyte."""


def _lot(row: Row) -> object:
    return lot_of(LotId(row.key), row.values)


def _intent(row: Row) -> object:
    return intent_of(row.values)


READERS: dict[str, tuple[Invariant, Callable[[Row], Any]]] = {
    HEAD: (Invariant.CHAIN, lambda row: loaded_from([row])),
    FURTHER_TERMS: (Invariant.CHAIN, lambda row: json.loads(str(row.values["terms"]))),
    SETTINGS: (Invariant.CHAIN, lambda row: SETTINGS_TYPE.validate_json(str(row.values["settings"]))),
    OPEN_LOT: (Invariant.HEAD, _lot),
    CLOSED_LOT: (Invariant.LOT, _lot),
    OPEN_INTENT: (Invariant.CHAIN, _intent),
    OPEN_HOLD: (Invariant.HOLD, lambda row: hold_of(row.values)),
    POOL: (Invariant.POOL, lambda row: pool_of(row.key, row.values)),
    LICENCE: (Invariant.CHAIN, lambda row: licence_of(row.values)),
    ENTITLEMENTS: (Invariant.CHAIN, entitlements_of),
    BRAKE: (Invariant.CHAIN, brake_of),
    HABIT: (Invariant.CHAIN, habit_of),
    CLOSED_INTENT: (Invariant.CHAIN, _intent),
    MARKER: (Invariant.ONCE, lambda row: marker_of(row.key, row.values)),
    PAGE: (Invariant.CHAIN, lambda row: change_of(page_of(row))),
}
"""How a row of each kind is read, and which invariant depends on it."""


async def name_unreadable(table: Table, account: AccountId, failure: Exception) -> list[Finding]:
    """Every row of *account* that cannot be read; if all can, one finding with the *failure* of the audit."""
    named = [
        Finding(account, invariant, row.key, f"it cannot be read: {type(error).__name__}")
        async for row in every_row(table, account)
        for prefix, (invariant, reader) in READERS.items()
        if row.key.startswith(prefix) and (error := _refusal(reader, row)) is not None
    ]
    detail = f"the account cannot be audited: {type(failure).__name__}"
    return named or [Finding(account, Invariant.CHAIN, HEAD, detail)]


async def every_row(table: Table, account: AccountId) -> AsyncIterator[Row]:
    """All rows of *account*, a few at a time."""
    first = ""
    while True:
        rows = (await table.range(account, first, "~", ROWS_AT_ONCE)).rows
        for row in rows:
            yield row
        if len(rows) < ROWS_AT_ONCE:
            return
        first = f"{rows[-1].key}!"


def _refusal(reader: Callable[[Row], Any], row: Row) -> Exception | None:
    try:
        reader(row)
    except Exception as refusal:  # noqa: BLE001 - a broken row may raise anything
        return refusal
    return None
