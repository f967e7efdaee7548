"""Reads the stored rows for the final checks: markers, movements, lots, notices, suspense."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Lot
from shared.ledger.change import USAGE
from shared.ledger.intent import Intent
from shared.posting.decision import Marker, MarkerKind
from shared.posting.journal.keys import CLOSED_INTENT, CLOSED_LOT, MARKER, OPEN_INTENT, OPEN_LOT, PAGE, POOL
from shared.posting.journal.marker_rows import marker_of
from shared.posting.journal.pages import Page, page_of
from shared.posting.journal.rows import intent_of, lot_of
from tests.simulation.engine.simulation import Simulation


class Books:
    """All rows of a run that has settled."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self.homes = [AccountId(partition) for partition in sim.ledger.rows.partitions]
        self._markers: dict[str, dict[str, Marker]] = {}

    def markers(self, home: AccountId) -> Mapping[str, Marker]:
        """The markers of one partition, by event."""
        if home not in self._markers:
            rows = self._sim.ledger.partition(home)
            self._markers[home] = {
                key.removeprefix(MARKER): marker_of(key.removeprefix(MARKER), row.values)
                for key, row in rows.items()
                if key.startswith(MARKER)
            }
        return self._markers[home]

    @cached_property
    def pages(self) -> dict[AccountId, list[Page]]:
        """Every page of every partition, in order."""
        return {
            home: [page_of(row) for key, row in sorted(self._sim.ledger.partition(home).items()) if key[:2] == PAGE]
            for home in self.homes
        }

    @cached_property
    def _movements(self) -> dict[tuple[AccountId, str], list[Mapping[str, Any]]]:
        found: dict[tuple[AccountId, str], list[Mapping[str, Any]]] = {}
        for home, pages in self.pages.items():
            for page in pages:
                for movement in page.facts["movements"]:
                    if "event" in movement:
                        found.setdefault((home, movement["event"][1]), []).append(movement)
        return found

    def debits(self, account: AccountId, event: str) -> int:
        """How often *event* was debited."""
        return sum(movement["kind"] == "debit" for movement in self._movements.get((account, event), ()))

    def is_debit(self, account: AccountId, marker: Marker) -> bool:
        """Whether *marker* belongs to a debit; the marker of an accepted conflict belongs to a correction."""
        if marker.kind is not MarkerKind.BOOKED or marker.movement is None:
            return False
        page = self.pages[account][marker.sequence - 1]
        return bool(page.facts["movements"][marker.movement]["kind"] == "debit")

    def is_reversal(self, account: AccountId, marker: Marker) -> bool:
        """Whether *marker* belongs to a correction that took back everything booked for its event."""
        assert marker.movement is not None
        movement = self.pages[account][marker.sequence - 1].facts["movements"][marker.movement]
        return "reverses" in movement.get("explanation", {})

    @cached_property
    def reversals(self) -> Counter[tuple[AccountId, str]]:
        """How often each movement was reversed."""
        return Counter(
            (home, movement["explanation"]["reverses"])
            for home, pages in self.pages.items()
            for page in pages
            for movement in page.facts["movements"]
            if "reverses" in movement.get("explanation", {})
        )

    def cost(self, account: AccountId, event: str) -> int:
        """The final cost of *event*, corrections included, in micro-units."""
        entries = [entry for movement in self._movements.get((account, event), ()) for entry in movement["entries"]]
        gained = sum(amount for _, target, amount in entries if target == USAGE)
        return gained - sum(amount for source, _, amount in entries if source == USAGE)

    @cached_property
    def lots(self) -> dict[AccountId, list[Lot]]:
        """Every lot, open or closed."""
        return {
            home: [
                lot_of(LotId(key.removeprefix(prefix)), row.values)
                for key, row in self._sim.ledger.partition(home).items()
                for prefix in (OPEN_LOT, CLOSED_LOT)
                if key.startswith(prefix)
            ]
            for home in self.homes
        }

    def stored_pools(self, account: AccountId) -> Mapping[str, Mapping[str, Any]]:
        """The values of every pool of *account*, by its key."""
        rows = self._sim.ledger.partition(account)
        return {key.removeprefix(POOL): row.values for key, row in rows.items() if key.startswith(POOL)}

    @cached_property
    def intents(self) -> dict[AccountId, dict[str, Intent]]:
        """Every purchase, by its name."""
        found = {
            home: [intent_of(row.values) for key, row in self._sim.ledger.partition(home).items() if _is_intent(key)]
            for home in self.homes
        }
        return {home: {intent.id: intent for intent in some} for home, some in found.items()}

    @cached_property
    def suspended(self) -> list[Mapping[str, Any]]:
        """The items in suspense that have an event id."""
        return [row.values for row in self._sim.suspense.partition("items").values() if row.values["event"]]

    @cached_property
    def notices(self) -> Counter[tuple[AccountId, str]]:
        """Every notice in the outbox of a page: its account and its name."""
        return Counter(
            (home, f"{home}.{page.sequence}.{number}")
            for home, pages in self.pages.items()
            for page in pages
            for number, (queue, _body) in enumerate(page.facts.get("outbox", ()))
            if queue == "notices"
        )


def _is_intent(key: str) -> bool:
    return key.startswith((OPEN_INTENT, CLOSED_INTENT))
