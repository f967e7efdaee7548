"""What a replay, or a window of the journal, adds up to (CONTRACT 2.5)."""

from dataclasses import dataclass, field
from datetime import timedelta

from shared.kernel.ids import LotId
from shared.ledger.change import BREAKAGE, USAGE, Change, Movement, MovementKind, lot_at


@dataclass(slots=True)
class Totals:
    """Money in micro-units. *charges*: what calls cost, whoever paid; *at_zero*: how long nothing could be spent;
    *expired*: by lot, what has lapsed; *unspent*: micro-units times the seconds for which they lay unused.
    """

    charges: int = 0
    recharges: int = 0
    recharged: int = 0
    at_zero: timedelta = timedelta()
    expired: dict[LotId, int] = field(default_factory=dict)
    unspent: int = 0

    @property
    def lapsed(self) -> int:
        """What has lapsed in all lots."""
        return sum(self.expired.values())

    def count(self, change: Change) -> None:
        """Add the movements of *change*."""
        for movement in change.movements:
            self.count_movement(movement)

    def count_movement(self, movement: Movement) -> None:
        """Add one movement; a correction gives back what it corrects."""
        if movement.kind is MovementKind.RECHARGE:
            self.recharges += 1
            self.recharged += sum(entry.amount for entry in movement.entries if lot_at(entry.source) is None)
        for entry in movement.entries:
            if entry.target == USAGE:
                self.charges += entry.amount
            elif entry.source == USAGE:
                self.charges -= entry.amount
            elif entry.target == BREAKAGE:
                lot = lot_at(entry.source)
                assert lot is not None
                self.expired[lot] = self.expired.get(lot, 0) + entry.amount
