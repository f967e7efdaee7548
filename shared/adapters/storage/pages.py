"""What a query of a key range asks for, and one response to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.ports import Row

Rest: TypeAlias = Mapping[str, str | None]
"""Where the next response begins, as azure-data-tables has it: `PartitionKey` and `RowKey`, opaque and unescaped."""


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The rows of *partition* with first <= key < end, at most *rows_max* (1 to 1,000) in a response."""

    partition: str
    first: str
    end: str
    rows_max: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one response, of which there may be none, and where the next one begins; None after the last."""

    rows: Sequence[Row]
    rest: Rest | None
