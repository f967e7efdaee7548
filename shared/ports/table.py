"""The port of one storage table: rows of one partition are read and written together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | bool
"""What a row's property holds. Whole numbers are Int64; there are no floats, times are text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row: its key in the partition, the ETag with which it was read, its properties."""

    key: str
    etag: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Create:
    """Insert; the whole transaction fails with `RowExistsError` if the row exists."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Replace:
    """Overwrite all properties, only if the row still has *etag*."""

    key: str
    values: Mapping[str, Value]
    etag: str


@dataclass(frozen=True, slots=True)
class Upsert:
    """Insert or overwrite, unconditionally."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove, only if the row still has *etag*."""

    key: str
    etag: str


Write: TypeAlias = Create | Replace | Upsert | Delete


class WriteRefusedError(Exception):
    """The storage refused the transaction and applied nothing; *index* is the position of the write that caused it."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(f"write {index}: {reason}")
        self.index = index


class RowExistsError(WriteRefusedError):
    """The row of a `Create` exists already."""


class RowChangedError(WriteRefusedError):
    """An ETag is stale, or its row no longer exists."""


class OutcomeUnknownError(Exception):
    """No answer, or one that proves nothing: the transaction may have been applied, may be applied later, or never."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a key range, in key order, and the number of responses in which they came.

    One response shows one instant; several responses do not.
    """

    rows: Sequence[Row]
    responses: int


class Table(Protocol):
    """One storage table. All guarantees are per partition."""

    async def get(self, partition: str, key: str) -> Row | None:
        """Read one row. Raises `UnavailableError`."""
        ...

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """Read the rows with first <= key < end, at most *limit*. Raises `UnavailableError`."""
        ...

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """Apply 1 to 100 writes of distinct rows, all or none, and return each one's new ETag ("" for a `Delete`).

        Raises `WriteRefusedError` (nothing was applied) or `OutcomeUnknownError` (it may have been applied). It never
        tries again: a second attempt would find the rows of the first and report a conflict with itself.
        """
        ...
