"""What the last audit of each account proved, and when: the table `Audits`, partition = shard of the account.

    audited:<account>   since when the account is known, when it was last audited and when whole, and whether the last
                        audit had findings
    proved:<account>    the page and the chain value up to which the account is proved, the state of the replay there
                        (shared/audit/state.py), and a digest of that state; further parts of a large state are in
                        proved:<account>:1 and so on

It is not in the account's own partition: a ledger that was restored from an older backup is older than what was proved.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from shared.audit.replay import Replay
from shared.audit.state import text_of
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
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
    Value,
    Write,
)
from shared.posting.journal.keys import end_of, shard_of

AUDITED, PROVED = "audited:", "proved:"

NEVER = datetime(1970, 1, 1, tzinfo=UTC)

ROWS_AT_ONCE = 100

PART_CHARACTERS, PARTS_IN_ROW, ROWS_MAX = 32_000, 14, 4
"""A row has at most 1 MiB, in which a character takes two bytes, and a transaction 4 MiB. Compressed, this is a book
with many thousand open rows. A larger state is not kept, and the account is audited whole every night.
"""


@dataclass(frozen=True, slots=True)
class Record:
    """When an account was audited. *since*: when it was first listed; *audited*: the last time; *whole*: the last time
    whole; *findings*: of the last audit.
    """

    since: datetime
    audited: datetime | None = None
    whole: datetime | None = None
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Proved:
    """The page up to which an account was proved, its hash, and the state of the replay as text. *is_intact*: the text
    is the one that was stored.
    """

    sequence: int
    chain: str
    text: str
    is_intact: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored about one account, and the ETags with which it was read."""

    record: Record | None = None
    proved: Proved | None = None
    etags: Mapping[str, str] = field(default_factory=dict)


async def read(table: Table, account: AccountId) -> Stored:
    """What is stored about *account*. Raises `UnavailableError`."""
    record = await table.get(shard_of(account), AUDITED + account)
    proved = await _proved_rows(table, account)
    return Stored(
        record_of(record) if record else None,
        _proved_of(proved) if proved else None,
        {row.key: row.etag for row in (*([record] if record else ()), *proved)},
    )


async def _proved_rows(table: Table, account: AccountId) -> Sequence[Row]:
    """The rows of the state, in the order of their keys; there are at most `ROWS_MAX`."""
    return (await table.range(shard_of(account), PROVED + account, f"{PROVED}{account};")).rows


async def records(table: Table, shard: str) -> dict[AccountId, Record]:
    """The records of all accounts in *shard*. Raises `UnavailableError`."""
    found = await table.range(shard, AUDITED, end_of(AUDITED))
    return {AccountId(row.key.removeprefix(AUDITED)): record_of(row) for row in found.rows}


async def note_accounts(table: Table, shard: str, accounts: Sequence[AccountId], now: datetime) -> None:
    """Store records of *accounts* of *shard* that have none. Raises `UnavailableError`."""
    values = record_values(Record(now))
    for start in range(0, len(accounts), ROWS_AT_ONCE):
        writes = [Create(AUDITED + account, values) for account in accounts[start : start + ROWS_AT_ONCE]]
        try:
            await table.transact(shard, writes)
        except RowExistsError:
            continue  # one of them is being audited; the others are noted in the next night
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown


async def write(table: Table, account: AccountId, stored: Stored, record: Record, found: Replay | None) -> None:
    """Store *record* and, if there is one, the state of *found*. When another audit of the account has stored its own
    since *stored* was read, that one stays. Raises `UnavailableError`.
    """
    rows = {AUDITED + account: record_values(record), **(proved_rows(found) if found else {})}
    writes: list[Write] = [
        Replace(key, values, stored.etags[key]) if key in stored.etags else Create(key, values)
        for key, values in rows.items()
    ]
    if found:
        writes += [Delete(key, etag) for key, etag in stored.etags.items() if key not in rows]
    try:
        await table.transact(shard_of(account), writes)
    except (RowExistsError, RowChangedError):
        return
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown


async def forget(table: Table, account: AccountId) -> None:
    """Remove what was proved, so that the next audit is whole. Raises `UnavailableError`, `WriteRefusedError`."""
    rows = await _proved_rows(table, account)
    if rows:
        try:
            await table.transact(shard_of(account), [Delete(row.key, row.etag) for row in rows])
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown


def record_values(record: Record) -> dict[str, Value]:
    """A record's row."""
    return {
        "since": instant_text(record.since),
        "audited": instant_text(record.audited) if record.audited else "",
        "whole": instant_text(record.whole) if record.whole else "",
        "findings": record.findings,
    }


def record_of(row: Row) -> Record:
    """The record in a row; for an unreadable one, that of an account that was never audited."""
    values = row.values
    try:
        return Record(
            parse_instant(str(values["since"])),
            parse_instant(str(values["audited"])) if values["audited"] else None,
            parse_instant(str(values["whole"])) if values["whole"] else None,
            int(values["findings"]),
        )
    except (KeyError, ValueError):
        return Record(NEVER)


def proved_rows(found: Replay) -> dict[str, dict[str, Value]]:
    """The rows of what *found* has proved; none when they would be too large."""
    text = text_of(found)
    stored = b64encode(zlib.compress(text.encode("ascii"))).decode()
    parts = [stored[start : start + PART_CHARACTERS] for start in range(0, len(stored), PART_CHARACTERS)]
    portions = [parts[start : start + PARTS_IN_ROW] for start in range(0, len(parts), PARTS_IN_ROW)]
    if len(portions) > ROWS_MAX:
        return {}
    key, digest = PROVED + found.account, _digest(found.sequence, found.chain, text)
    first: dict[str, Value] = {"sequence": found.sequence, "chain": found.chain, "digest": digest}
    return {
        f"{key}:{number}" if number else key: {
            **({} if number else first),
            "parts": len(portion),
            **{f"p{place}": part for place, part in enumerate(portion)},
        }
        for number, portion in enumerate(portions)
    }


def _proved_of(rows: Sequence[Row]) -> Proved:
    """What the rows say; unreadable ones are not intact."""
    first = rows[0].values
    try:
        sequence, chain = int(first["sequence"]), str(first["chain"])
        stored = "".join(str(row.values[f"p{place}"]) for row in rows for place in range(int(row.values["parts"])))
        text = zlib.decompress(b64decode(stored)).decode("ascii")
        return Proved(sequence, chain, text, first["digest"] == _digest(sequence, chain, text))
    except (KeyError, ValueError, TypeError, zlib.error):
        return Proved(0, "", "", is_intact=False)


def _digest(sequence: int, chain: str, text: str) -> str:
    return sha256(f"{sequence} {chain} {text}".encode()).hexdigest()
