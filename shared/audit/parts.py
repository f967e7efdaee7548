"""What the movements of a page must satisfy: order, price, and the parts of each lot (invariants 1, 3, 8)."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

from shared.audit.finding import Invariant
from shared.kernel.ids import LotId
from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import (
    BREAKAGE,
    CARD,
    DISPUTE,
    PROMOTION,
    TRANSFER,
    USAGE,
    Entry,
    Movement,
    MovementKind,
    lot_at,
)
from shared.ledger.debit import Charge, spend
from shared.rating.charge import explained_amount

FUNDS = frozenset({CARD, TRANSFER, PROMOTION})

PART_OF = {
    BREAKAGE: "expired",
    CARD: "refunded",
    DISPUTE: "clawed_back",
    TRANSFER: "taken_back",
    PROMOTION: "taken_back",
}
"""The part of a lot that counts what goes to a place and comes back from there. Calls consume the rest."""


@dataclass(slots=True)
class Parts:
    """The amounts of one lot in invariant 3, in micro-units."""

    original: int
    granted: int = 0
    consumed: int = 0
    expired: int = 0
    refunded: int = 0
    clawed_back: int = 0
    taken_back: int = 0

    @property
    def gone(self) -> int:
        """What has left the lot for another reason than calls."""
        return self.expired + self.refunded + self.clawed_back + self.taken_back


DEBITS = frozenset({MovementKind.DEBIT, MovementKind.ACCRUAL})


def flaws(book: Book, movement: Movement, pins: tuple[tuple[LotId, int], ...]) -> Iterator[tuple[Invariant, str]]:
    """What is wrong with a debit that is about to be applied to *book*. There the *pins* of its hold are free again."""
    if movement.kind not in DEBITS:
        return
    taken = tuple(entry for entry in movement.entries if entry.target == USAGE)
    amount = sum(entry.amount for entry in taken)
    if movement.started_at is not None and movement.event is not None:
        # R11, R14 and the expiry: a debit takes what `spend` would take from this book
        lots_max = max(OPEN_LOTS_MAX, sum(lot_at(entry.source) is not None for entry in taken))
        kind = str(movement.explanation.get("callKind", ""))
        charge = Charge(amount, movement.started_at, movement.event, "", "", {}, kind)
        if taken != spend(book, charge, amount, lots_max=lots_max, pins=pins):
            yield Invariant.ORDER, "a debit took from other lots than R11's order says"
    if movement.explanation and amount != explained_amount(movement.explanation):  # R9
        yield Invariant.BALANCED, f"a debit took {amount}, which is not what its explanation says"


def count_parts(parts: MutableMapping[LotId, Parts], movement: Movement) -> None:
    """Add what *movement* gives to lots and takes from them."""
    for entry in movement.entries:
        source, target = lot_at(entry.source), lot_at(entry.target)
        if source is not None:
            part = PART_OF.get(entry.target, "consumed")
            setattr(parts[source], part, getattr(parts[source], part) + entry.amount)
        if target is not None:
            _count_given(parts[target], entry)


def _count_given(parts: Parts, entry: Entry) -> None:
    """Add what a lot receives: what had left it comes back; otherwise it is new credit, in a lot that is opened."""
    part = PART_OF.get(entry.source, "consumed")
    if getattr(parts, part) >= entry.amount and (entry.source not in FUNDS or parts.granted):
        setattr(parts, part, getattr(parts, part) - entry.amount)
    else:
        parts.granted += entry.amount
