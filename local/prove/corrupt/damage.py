"""What one damage is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from local.prove.corrupt.rows import Ledger, Row, Rows
from shared.audit.finding import Promise


@dataclass(frozen=True, slots=True)
class Scene:
    """The rows of a story: those of the rich account, of the other tenant, and all; *earlier* is the rich account's
    working set as it stood in the middle of the story.
    """

    rows: Rows
    ledger: Ledger
    other: Ledger
    earlier: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to the rows, and the promise that the audit must name."""

    what: str
    promise: Promise
    harm: Callable[[Scene], None]
