"""What a page says of refunds and claims, compared with its movements and the pages before it (invariants 3 and 6)."""

from collections import Counter
from collections.abc import Iterator

from shared.audit.finding import Invariant
from shared.ledger.book import Book, Lot
from shared.ledger.change import CARD, Change, Movement, MovementKind, lot_at
from shared.ledger.refund import RefundState
from shared.ledger.refunding import SOURCE

Found = Iterator[tuple[Invariant, str]]


def refund_flaws(before: Book, change: Change) -> Found:
    """Refunds whose state and whose movements do not agree. One that succeeded took its amount to the card, once; one
    that failed after that brought it back, once; nothing else moves money to a card, or back.
    """
    wanted, states = Counter[str](), {name: refund.state for name, refund in before.refunds.items()}
    for refund in change.refunds:
        earlier = states.get(refund.id)
        if refund.state is RefundState.SUCCEEDED:
            wanted[refund.id] += refund.amount
        elif refund.state is RefundState.FAILED and earlier is not RefundState.PENDING:
            wanted[refund.id] -= refund.amount
        elif refund.state is RefundState.PENDING and earlier not in {None, RefundState.PENDING}:
            yield Invariant.PAYMENT, f"refund {refund.id} begins again"
        states[refund.id] = refund.state
    moved = _to_cards(change.movements)
    for name in sorted(wanted.keys() | moved.keys()):
        if wanted[name] != moved[name]:
            yield Invariant.PAYMENT, f"refund {name} moved {moved[name]} to the card, and its state says {wanted[name]}"


def _to_cards(movements: tuple[Movement, ...]) -> Counter[str]:
    """What movements took to cards, less what they brought back, by refund; under "" without one."""
    moved = Counter[str]()
    for movement in movements:
        is_refund = movement.event is not None and movement.event.source == SOURCE
        name = movement.event.id if movement.event and is_refund else ""
        for entry in movement.entries:
            is_funding = movement.kind in {MovementKind.PURCHASE, MovementKind.RECHARGE}
            if entry.target == CARD:
                moved[name] += entry.amount
            elif entry.source == CARD and not (is_funding and lot_at(entry.target)):
                moved[name] -= entry.amount
    return moved


def claim_flaws(after: Book, change: Change) -> Iterator[str]:
    """Lots whose claims are less than what was clawed back: then money went to a bank without a dispute."""
    for each in change.disputed:
        lot: Lot | None = after.lot(each.lot)
        if lot is not None and lot.shortfall < 0:
            yield f"lot {lot.id}: {lot.clawed_back} were clawed back, more than its disputes took"
