"""One kind of damage, and the rows that it is applied to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.rows import Ledger, Row, Rows


@dataclass(frozen=True, slots=True)
class ScenarioRows:
    """The rows of a scenario: all (*rows*), those of the main account (*ledger*), and of the other tenant (*other*).
    *earlier* is the main account's working set in the middle of the scenario.
    """

    rows: Rows
    ledger: Ledger
    other: Ledger
    earlier: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Damage:
    """A change to the rows, and the invariant that the audit must name."""

    what: str
    invariant: Invariant
    apply: Callable[[ScenarioRows], None]
