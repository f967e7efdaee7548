"""A window of the journal as if: its pages again, through the rules that book, with other settings or prices (R21).

Money that came from outside comes as it came. Recharges are those that the settings lead to. Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.insight.replay import Replay
from shared.kernel.ids import LotId
from shared.kernel.times import a_year_after
from shared.ledger.book import Funding, Lot, LotSource
from shared.ledger.change import (
    CARD,
    DISPUTE,
    PROMOTION,
    TRANSFER,
    USAGE,
    Change,
    Entry,
    EventName,
    Movement,
    MovementKind,
    lot_at,
    lot_place,
)
from shared.ledger.debit import Charge, debit
from shared.ledger.grant import PRIORITY_DEFAULT
from shared.ledger.hold import Hold, HoldEnd
from shared.ledger.pin import end_unused, pin
from shared.plans.sizes import Sizes
from shared.posting.journal.call_rows import HOLD
from shared.posting.journal.pages import Page, change_of, movement_of
from shared.posting.journal.settings_rows import SETTINGS_TYPE
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.insight.journal_call import Rerating, is_call
from shared.use_cases.insight.window import new_lot

UNDOING = frozenset({MovementKind.REFUND.value, MovementKind.CHARGEBACK.value, MovementKind.CORRECTION.value})
OUTSIDE = frozenset({CARD, TRANSFER, PROMOTION, DISPUTE})
NO_LOT = LotId("")
UNNAMED = EventName("", "")
_KINDS = {LotSource.PURCHASE: MovementKind.PURCHASE, LotSource.GRANT: MovementKind.GRANT}


@dataclass(frozen=True, slots=True)
class AsIf:
    """*keeps_settings*: settings that administrators saved within the window do not count, because others are given."""

    replay: Replay
    rerating: Rerating
    sizes: Sizes
    keeps_settings: bool

    def add(self, page: Page) -> None:
        """Replay one page at the time when it was booked."""
        replay = self.replay
        replay.advance(page.at)
        facts = page.facts
        if "settings" in facts and not self.keeps_settings:
            replay.commit(Change(settings=SETTINGS_TYPE.validate_python(facts["settings"])))
        for _, key, _ in facts.get("ended", ()):
            if key in replay.book.holds:
                hold = replay.book.holds[key]
                replay.commit(end_unused(replay.book, hold, HoldEnd.RELEASED, replay.rules.grace, now=replay.now))
        if facts.get("opened"):
            self._open(page)
        for movement in facts["movements"]:
            self._move(movement)
        for _, stored in facts.get("holds", ()):
            hold = HOLD.validate_python(stored)
            here = _pinned_as(hold, replay.book.holds.get(hold.key))
            replay.commit(pin(replay.book, here, now=replay.now))

    def _move(self, facts: Mapping[str, Any]) -> None:
        if is_call(facts):
            self._call(facts)
        elif facts["kind"] in UNDOING:
            self._undo(movement_of(facts))

    def _call(self, facts: Mapping[str, Any]) -> None:
        call, book = self.rerating.facts_of(facts), self.replay.book
        seconds = self.rerating.seconds_of(facts, call)
        name = EventName(*facts["event"]) if "event" in facts else UNNAMED
        self.replay.commit(debit(book, charge_call(book, call, seconds, name, self.sizes, hold=None)))

    def _open(self, page: Page) -> None:
        """Lots that were bought or granted; those of recharges come from the replay's own."""
        for lot in change_of(page).opened:
            if lot.source in _KINDS:
                entry = Entry(_source(lot), lot_place(lot.id), lot.original)
                moved = Movement(_KINDS[lot.source], (entry,))
                self.replay.commit(Change(movements=(moved,), opened=(new_lot(lot),)))

    def _undo(self, movement: Movement) -> None:
        """A refund, chargeback or correction: what left a lot leaves it again as far as it is there; what calls were
        given back is given back, and what they cost in addition is spent.
        """
        for entry in movement.entries:
            lot = self.replay.book.lots.get(lot_at(entry.source) or NO_LOT)
            amount = min(entry.amount, lot.free) if lot is not None else 0
            if lot is not None and amount and entry.target in OUTSIDE:
                taken = Movement(movement.kind, (Entry(lot_place(lot.id), entry.target, amount),))
                self.replay.commit(Change(movements=(taken,)))
        spent = sum((entry.target == USAGE) * entry.amount for entry in movement.entries)
        spent -= sum((entry.source == USAGE) * entry.amount for entry in movement.entries)
        if spent > 0:
            charge = Charge(spent, movement.started_at or self.replay.now, movement.event or UNNAMED, "", "", {})
            self.replay.commit(debit(self.replay.book, charge))
        elif spent < 0:
            self._give_back(-spent, movement)

    def _give_back(self, amount: int, movement: Movement) -> None:
        """A lot of what calls are given back: the lots that paid for them may not exist here."""
        now = self.replay.now
        name = LotId(f"corrected-{now:%Y%m%d%H%M%S%f}-{len(self.replay.book.lots)}")
        source, funding = LotSource.CORRECTION, Funding.PROMOTIONAL
        lot = Lot(name, source, funding, amount, 0, 0, now, a_year_after(now), PRIORITY_DEFAULT, "", "")
        moved = Movement(movement.kind, (Entry(USAGE, lot_place(name), amount),))
        self.replay.commit(Change(movements=(moved,), opened=(lot,)))


def _source(lot: Lot) -> str:
    if lot.funding is Funding.PROMOTIONAL:
        return PROMOTION
    return TRANSFER if lot.source is LotSource.GRANT else CARD


def _pinned_as(hold: Hold, before: Hold | None) -> Hold:
    """*hold* as it was opened or extended, with the pins that it has here."""
    return replace(hold, pins=before.pins if before is not None else ())
