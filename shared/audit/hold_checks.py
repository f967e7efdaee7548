"""What a page says of holds and pools, compared with the pages before it (invariants 7, 8 and 12)."""

from collections.abc import Iterator, Mapping

from shared.audit.finding import Invariant
from shared.kernel.ids import LotId
from shared.ledger.book import Book, Lot
from shared.ledger.change import Change, Movement, MovementKind
from shared.ledger.hold import Hold
from shared.posting.journal.pages import Page

Found = Iterator[tuple[Invariant, str]]


def hold_flaws(page: Page, before: Book, change: Change) -> Found:
    """Holds that were opened without a marker, have pinned what they may not, or end without being open. One that is
    opened again after its end has a second marker, which is a finding of its own.
    """
    marked = {marker[0] for marker in page.facts.get("marks", ())}
    lots = {**before.closed, **before.lots, **{lot.id: lot for lot in change.opened}}
    current = dict(before.holds)
    for hold in change.holds:
        if hold.key not in current and hold.key not in marked:
            yield Invariant.HOLD, f"hold {hold.key} is opened, but the page has no marker for it"
        yield from _pin_flaws(page, hold, current.get(hold.key), lots)
        current[hold.key] = hold
    for key, _ in change.ended:
        if current.pop(key, None) is None:
            yield Invariant.HOLD, f"hold {key} ends and is not open"


def _pin_flaws(page: Page, hold: Hold, earlier: Hold | None, lots: Mapping[LotId, Lot]) -> Found:
    """What a hold pins beyond its earlier pins is in unexpired lots that may pay for its call kind."""
    had = dict(earlier.pins) if earlier else {}
    for name, amount in hold.pins:
        lot = lots.get(name)
        if lot is None or amount <= had.get(name, 0):
            continue
        if not lot.usable_at(page.at) or lot.is_disputed or not lot.pays_for(hold.call_kind):
            detail = f"hold {hold.key} pins lot {name}, which has expired, is disputed or pays for no such call"
            yield Invariant.ORDER, detail


def pool_flaws(movement: Movement) -> Found:
    """A debit takes from pools exactly the free seconds that its explanation says. A correction takes a difference."""
    if movement.kind is MovementKind.CORRECTION or not movement.explanation:
        return
    explained = movement.explanation.get("freeSeconds", 0) if "pool" in movement.explanation else 0
    taken = sum(use.seconds for use in movement.pools)
    if taken != explained:
        yield Invariant.POOL, f"a call took {taken} s from pools, and its explanation says {explained}"
