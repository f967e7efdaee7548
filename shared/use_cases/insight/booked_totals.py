"""A window of the journal as it was booked (CONTRACT 2.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.insight.totals import Totals
from shared.kernel.ids import LotId
from shared.ledger.entitlements import BillingState
from shared.posting.journal.pages import Page, movement_of
from shared.use_cases.insight.window import Window


@dataclass(slots=True)
class BookedTotals:
    """Adds up pages in their order. *closing*: the lots less the overdraft after the last one."""

    window: Window
    totals: Totals = field(default_factory=Totals)
    closing: int = 0
    _at: datetime | None = None
    _spendable_until: datetime | None = None

    def __post_init__(self) -> None:
        opening = self.window.opening
        self.closing = sum(lot.remaining for lot in opening.lots.values()) - opening.overdraft
        held = {name: [lot.remaining, 0, lot.refunding] for name, lot in opening.lots.items()}
        self._at, self._spendable_until = self.window.since, self._until(held)

    def add(self, page: Page) -> None:
        """Add the movements of *page*, and the time until it."""
        self._wait(page.at)
        for facts in page.facts["movements"]:
            self.totals.count_movement(movement_of(facts))
        after: Mapping[str, Any] = page.facts["after"]
        self.closing = sum(held[0] for held in after["lots"].values()) - after["overdraft"]
        self._spendable_until = self._until({LotId(name): held for name, held in after["lots"].items()})

    def end(self, at: datetime) -> Totals:
        """The totals until *at*."""
        self._wait(at)
        return self.totals

    def _wait(self, until: datetime) -> None:
        """The time until *until*, in which nothing was booked. Lots may expire in it."""
        assert self._at is not None
        opened_at = self.window.opening.terms.opened_at
        begun = max(self._at, self._spendable_until or self._at, opened_at)
        if until > begun and self._is_prepaid(until):
            self.totals.at_zero += until - begun
        self._at = max(self._at, until)

    def _is_prepaid(self, at: datetime) -> bool:
        entitlements = self.window.opening.entitlements
        since = entitlements.billing_since
        return entitlements.billing is BillingState.PREPAID or (since is not None and at <= since)

    def _until(self, held: Mapping[LotId, list[int]]) -> datetime | None:
        """Until when something can be spent, if nothing is booked: the last expiry of a lot with free money. None if
        nothing can be.
        """
        lots = self.window.lots
        ends = [
            lots[name].expires_at
            for name, (remaining, *kept) in held.items()
            if name in lots and remaining > sum(kept) and not lots[name].scope
        ]
        return max(ends, default=None)
