"""Rebuilding: the rows that an account's pages make are exactly the stored ones (invariant 4)."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.audit.rebuilt import marker_rows, rows_of
from shared.audit.replay import replay
from shared.kernel.ids import AccountId
from shared.posting.journal.keys import HABIT, HEAD, OUTBOX, PAGE, POOL, SETTINGS
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation

Values = Mapping[str, Any]


def rebuilds(sim: Simulation, books: Books) -> Iterator[str]:
    """Rows that a rebuild would write and that differ from the stored ones, or are stored and would not be written."""
    for account, pages in books.pages.items():
        markers = {key: values for page in pages for key, values in marker_rows(page).items()}
        made: dict[str, Values] = {**rows_of(replay(account, pages, len(pages))), **markers}
        stored = _stored(sim, account)
        for key in sorted(made.keys() | stored.keys()):
            if _comparable(key, made.get(key)) != _comparable(key, stored.get(key)):
                yield f"4: a rebuild of {account} makes {key} {made.get(key)}, and {stored.get(key)} is stored"


def _stored(sim: Simulation, account: AccountId) -> dict[str, Values]:
    rows = sim.ledger.partition(account)
    return {key: row.values for key, row in rows.items() if not key.startswith((PAGE, OUTBOX))}


def _comparable(key: str, values: Values | None) -> Values | None:
    """The values without what pages do not have: addresses of administrators, and an alarm that was set without a page.
    A pool in which nothing is used may have no row. The habit is a statistic that a rebuild learns again.
    """
    if values is None or key in {SETTINGS, HABIT}:
        return None
    if key.startswith(POOL) and not values["used"] and not values["pinned"]:
        return None
    return {**values, "nextAlarm": ""} if key == HEAD else dict(values)
