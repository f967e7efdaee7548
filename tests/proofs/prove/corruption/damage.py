"""What one damage is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.rows import Ledger, Row, Rows


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
    """What is done to the rows, and the invariant that the audit must name."""

    what: str
    invariant: Invariant
    harm: Callable[[Scene], None]
