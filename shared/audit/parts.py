"""What the movements of a page must satisfy: order, price, and the parts of each lot (invariants 1, 3, 8)."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

from shared.audit.finding import Invariant
from shared.kernel.ids import LotId
from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import BREAKAGE, CARD, PROMOTION, TRANSFER, USAGE, Movement, MovementKind, lot_at
from shared.ledger.debit import Charge, spend
from shared.rating.charge import explained_amount

FUNDS = frozenset({CARD, TRANSFER, PROMOTION})


@dataclass(slots=True)
class Parts:
    """The amounts of one lot in invariant 3, in micro-units."""

    original: int
    granted: int = 0
    consumed: int = 0
    expired: int = 0


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
        if source is not None and entry.target == BREAKAGE:
            parts[source].expired += entry.amount
        elif source is not None:
            parts[source].consumed += entry.amount
        if target is not None and (entry.source in FUNDS or not _is_returned(parts[target], entry.amount)):
            parts[target].granted += entry.amount
        elif target is not None:
            parts[target].consumed -= entry.amount


def _is_returned(parts: Parts, amount: int) -> bool:
    """Whether a correction returns to a lot what it had paid. Otherwise it is new credit, in a lot that the correction
    opens.
    """
    return parts.consumed >= amount
