"""The rows of a scenario, copied to separate storage, where they can be damaged and restored."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any, TypeAlias

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import EdmType, EntityProperty, TableServiceClient, UpdateMode

LEDGER, ALARMS, SUSPENSE, ACCOUNTS = "Ledger", "Alarms", "Suspense", "Accounts"
TABLES = (LEDGER, ALARMS, SUSPENSE, ACCOUNTS)
"""The tables that the audit reads."""

AUDITS = "Audits"
"""What nights have proved; the scenario has no nights."""

PART = 32_000
"""Maximum characters of a page in one property."""

Row: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, str, str]
"""Table, partition, row key."""


def read_all(service: TableServiceClient) -> dict[Place, Row]:
    """Every row of every table."""
    return {
        (table, entity["PartitionKey"], entity["RowKey"]): dict(entity)
        for table in TABLES
        for entity in service.get_table_client(table).list_entities()
    }


def partition(service: TableServiceClient, account: str, first: str, end: str) -> list[Row]:
    """The ledger's rows of *account* with keys from *first* up to, but without *end*."""
    limits = {"account": account, "first": first, "end": end}
    query = "PartitionKey eq @account and RowKey ge @first and RowKey lt @end"
    return [dict(row) for row in service.get_table_client(LEDGER).query_entities(query, parameters=limits)]


class Rows:
    """Rows in separate storage. Changes are recorded, and undone by `restore`."""

    def __init__(self, service: TableServiceClient, rows: dict[Place, Row]) -> None:
        """Write *rows* into the empty storage behind *service*."""
        self._service = service
        self._original = rows
        self._touched: set[Place] = set()
        for table in (*TABLES, AUDITS):
            service.create_table_if_not_exists(table)
        for (table, _), places in groupby(sorted(rows), key=lambda place: place[:2]):
            writes = [("create", rows[place]) for place in places]
            for start in range(0, len(writes), 100):
                service.get_table_client(table).submit_transaction(writes[start : start + 100])

    @property
    def places(self) -> Iterable[Place]:
        """The places of the scenario's rows."""
        return self._original.keys()

    def keys(self, table: str, account: str, prefix: str) -> list[str]:
        """The keys of the scenario's rows in one partition that begin with *prefix*, in order."""
        return sorted(
            key for where, place, key in self._original if (where, place) == (table, account) and key.startswith(prefix)
        )

    def get(self, table: str, account: str, key: str) -> Row:
        """A row of the scenario, undamaged."""
        return dict(self._original[table, account, key])

    def put(self, table: str, row: Row) -> None:
        """Write *row*, replacing an existing one."""
        self._touched.add((table, row["PartitionKey"], row["RowKey"]))
        self._service.get_table_client(table).upsert_entity(row, mode=UpdateMode.REPLACE)

    def delete(self, table: str, account: str, key: str) -> None:
        """Remove a row."""
        self._touched.add((table, account, key))
        try:
            self._service.get_table_client(table).delete_entity(account, key)
        except ResourceNotFoundError:
            return

    def restore(self) -> None:
        """Restore every changed row to its original state."""
        for table, account, key in list(self._touched):
            original = self._original.get((table, account, key))
            if original is None:
                self.delete(table, account, key)
            else:
                self.put(table, original)
        self._touched.clear()


@dataclass(frozen=True, slots=True)
class Ledger:
    """One account's rows in the table `Ledger`."""

    rows: Rows
    account: str

    def keys(self, prefix: str) -> list[str]:
        """Keys that begin with *prefix*."""
        return self.rows.keys(LEDGER, self.account, prefix)

    def get(self, key: str) -> Row:
        """A row of the scenario, undamaged."""
        return self.rows.get(LEDGER, self.account, key)

    def put(self, key: str, values: Row) -> None:
        """Write a row under *key*."""
        self.rows.put(LEDGER, {**values, "PartitionKey": self.account, "RowKey": key})

    def change(self, key: str, **values: object) -> None:
        """Change some properties of a row."""
        self.put(key, {**self.get(key), **values})

    def delete(self, *keys: str) -> None:
        """Remove rows."""
        for key in keys:
            self.rows.delete(LEDGER, self.account, key)

    def pages(self) -> list[Row]:
        """The content of each journal page."""
        return [json.loads(_body(self.get(key))) for key in self.keys("j:")]

    def put_page(self, facts: Row) -> str:
        """Write a page with its correct hash, and return the hash."""
        body = json.dumps(facts, separators=(",", ":"))
        parts = {f"p{number}": body[start : start + PART] for number, start in enumerate(range(0, len(body), PART))}
        digest = sha256(body.encode()).hexdigest()
        self.put(
            f"j:{facts['sequence']:012d}", {"at": facts["at"], "hash": digest, "parts": _int64(len(parts)), **parts}
        )
        return digest

    def forge(self, change: Callable[[list[Row]], None]) -> None:
        """Change the journal as a skilled forger would: recompute every hash, the head's included."""
        pages = self.pages()
        change(pages)
        chain = pages[0]["previous"]
        for page in pages:
            page["previous"] = chain
            chain = self.put_page(page)
        self.change("a:head", chain=chain)


def _body(row: Row) -> str:
    return "".join(row[f"p{number}"] for number in range(_whole(row["parts"])))


def _whole(value: Any) -> int:
    """The int of an Int64 property, which the client returns with its type."""
    return int(getattr(value, "value", value))


def _int64(value: int) -> Any:
    return EntityProperty(value, EdmType.INT64)


def increased(value: Any, by: int) -> Any:
    """A stored whole number, increased by *by*."""
    return _int64(_whole(value) + by)


def debits(pages: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Every debit that was paid by a lot, with its page."""
    return [
        (page, movement)
        for page in pages
        for movement in page["movements"]
        if movement["kind"] == "debit" and movement["entries"] and movement["entries"][0][0].startswith("lot:")
    ]
