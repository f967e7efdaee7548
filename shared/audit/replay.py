"""The book, rebuilt from its pages alone, with the findings on the way (invariants 1, 3, 4, 5, 7, 8, 12).

It is a fold over pages, `follow`. Its state is bounded by the working set, the lots and the purchases, not by the
number of calls, and can be stored and continued (shared/audit/state.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from shared.audit.finding import Finding, Invariant
from shared.audit.hold_checks import hold_flaws, pool_flaws
from shared.audit.markers import MarkerSums, marks
from shared.audit.money_back_checks import claim_flaws, refund_flaws
from shared.audit.multiset import Multiset
from shared.audit.parts import Parts, count_parts, flaws
from shared.kernel.ids import AccountId, LotId
from shared.kernel.times import parse_instant
from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Book, Lot, Position
from shared.ledger.change import NOTHING, Change, LedgerBrokenError, lots_changed, lots_of
from shared.ledger.entitlements import Licence
from shared.ledger.hold import HoldEnd
from shared.ledger.intent import Intent
from shared.ledger.refund import Refund
from shared.ledger.settle import is_unsettled
from shared.posting.journal.pages import FIRST_CHAIN, Page, after_facts, change_of, empty_book
from shared.posting.journal.placed import placed_changes
from shared.posting.journal.rows import TERMS, lot_values


@dataclass(slots=True)
class Replay:
    """The rebuilt book after page *sequence*, or after the last page that could be applied.

    *closed* has the lots that these pages closed, *earlier* lots that were closed before and are still known, as after
    a stored state. *closed_by* is the page that closed each of them, *closed_sum* the sum of all closed lots there ever
    were. *touched* has the lots of which these pages moved money, *intents* the purchases, *refunds* the
    refunds, *pools* the keys of pools and *licences* the licences that they changed. Licences determine nothing in
    later pages: the book keeps none.
    *is_applied*: every page so far could be applied.
    """

    account: AccountId
    sequence: int = 0
    chain: str = FIRST_CHAIN
    book: Book | None = None
    closed: dict[LotId, Lot] = field(default_factory=dict)
    earlier: dict[LotId, Lot] = field(default_factory=dict)
    closed_by: dict[LotId, int] = field(default_factory=dict)
    closed_sum: Multiset = field(default_factory=Multiset)
    touched: set[LotId] = field(default_factory=set)
    parts: dict[LotId, Parts] = field(default_factory=dict)
    markers: MarkerSums = field(default_factory=MarkerSums)
    intents: dict[str, Intent] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    pools: set[str] = field(default_factory=set)
    licences: dict[str, Licence] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    is_applied: bool = True

    def note(self, invariant: Invariant, sequence: int, detail: str) -> None:
        """Add a finding about page *sequence*."""
        self.findings.append(Finding(self.account, invariant, f"page {sequence}", detail))

    @property
    def lots(self) -> dict[LotId, Lot]:
        """Every lot that is known, open or closed."""
        return {**self.earlier, **self.closed, **(self.book.lots if self.book else {})}


def replay(account: AccountId, pages: Iterable[Page], last: int) -> Replay:
    """Apply every page up to *last*, as the loop did, and compare the result with what the page says of it."""
    found = Replay(account)
    for page in pages:
        if not follow(found, page):
            return found
    require_end(found, last)
    return found


def follow(found: Replay, page: Page) -> bool:
    """Apply the next page. False when it is not the next one: nothing after it can be checked."""
    if page.sequence != found.sequence + 1:
        found.note(Invariant.CHAIN, found.sequence + 1, f"it is missing; the next one is {page.sequence}")
        return False
    if page.previous != found.chain:
        found.note(Invariant.CHAIN, page.sequence, "it does not carry the hash of the page before")
    found.is_applied = found.is_applied and _apply_page(found, page)
    found.sequence, found.chain = page.sequence, page.hash
    return True


def require_end(found: Replay, last: int) -> None:
    """Note that pages are missing at the end, if the last one was not *last*."""
    if found.sequence < last:
        found.note(Invariant.CHAIN, found.sequence + 1, f"it is missing; the head is at {last}")


def _apply_page(found: Replay, page: Page) -> bool:
    """Apply one page to the rebuilt book; False when nothing after it can be checked."""
    before = found.book or empty_book(TERMS.validate_python(page.facts["terms"]))
    if page.at < before.position.at:
        found.note(Invariant.CHAIN, page.sequence, "its time is before that of the page before it")
    change = change_of(page)
    before = replace(before, closed=_closed_that(found, change))
    for invariant, detail in (*hold_flaws(page, before, change), *refund_flaws(before, change)):
        found.note(invariant, page.sequence, detail)
    try:
        facts = replace(change, movements=(), holds=(), ended=(), refunds=(), disputed=())
        after = _apply_movements(found, page, apply(before, facts), change)
    except (LedgerBrokenError, KeyError) as broken:
        found.note(Invariant.BALANCED, page.sequence, f"its entries are impossible: {broken}")
        return False
    _add_markers(found, page)
    found.touched |= lots_changed(change)
    found.refunds.update({refund.id: refund for refund in change.refunds})
    found.intents.update(after.intents if change.intents else {})
    found.pools |= {key for key, pool in after.pools.items() if before.pools.get(key) != pool}
    found.licences.update(after.licences)
    _move_closed(found, page, before, after)
    next_alarm = page.facts["after"]["nextAlarm"]
    position = Position(page.sequence, page.hash, page.at, parse_instant(next_alarm) if next_alarm else None)
    intents = {name: intent for name, intent in after.intents.items() if intent.is_open}
    refunds = {name: refund for name, refund in after.refunds.items() if refund.is_open}
    found.book = replace(after, position=position, intents=intents, refunds=refunds, closed={}, licences={})
    for detail in claim_flaws(after, change):
        found.note(Invariant.LOT, page.sequence, detail)
    if after_facts(found.book) != page.facts["after"]:
        found.note(Invariant.CHAIN, page.sequence, "what it says of the book after it is not what its entries make")
    could_settle = (
        bool(change.movements) and len(lots_of(change.movements)) < OPEN_LOTS_MAX
    )  # an empty page changes nothing
    if could_settle and is_unsettled(found.book, now=page.at):
        found.note(Invariant.ORDER, page.sequence, "it leaves overdraft beside free unexpired money")
    return True


def _closed_that(found: Replay, change: Change) -> dict[LotId, Lot]:
    """The closed lots that *change* concerns. The book has no others, because `apply` copies all that it has."""
    concerned = lots_changed(change) | {lot.id for lot in change.opened}
    return {lot: known for lot in concerned if (known := found.closed.get(lot) or found.earlier.get(lot)) is not None}


def _move_closed(found: Replay, page: Page, before: Book, after: Book) -> None:
    """Take what the page reopened from the closed lots, and add what it closed."""
    for name, lot in before.closed.items():
        if after.closed.get(name) != lot:
            found.closed.pop(name, None)
            found.earlier.pop(name, None)
            del found.closed_by[name]
            found.closed_sum.remove(name, lot_values(lot))
    for name, lot in after.closed.items():
        if before.closed.get(name) != lot:
            found.closed[name] = lot
            found.closed_by[name] = page.sequence
            found.closed_sum.add(name, lot_values(lot))


def _apply_movements(found: Replay, page: Page, book: Book, change: Change) -> Book:
    """Apply the movements one by one, because the order of consumption depends on the movements before."""
    for lot in change.opened:
        found.parts[lot.id] = Parts(lot.original)
    placed = placed_changes(page)
    for place, movement in enumerate(change.movements):
        held, book = book, apply(book, placed.get(place, NOTHING))
        pins = _pins_settled(held, placed.get(place, NOTHING))
        for invariant, flaw in (*flaws(book, movement, pins), *pool_flaws(movement)):
            found.note(invariant, page.sequence, flaw)
        count_parts(found.parts, movement)
        book = apply(book, Change(movements=(movement,)))
    return apply(book, placed.get(len(change.movements), NOTHING))


def _pins_settled(book: Book, change: Change) -> tuple[tuple[LotId, int], ...]:
    """The pins of the hold that *change* settles. It may open the hold, too: a call may come and go in one commit."""
    holds = {**book.holds, **{hold.key: hold for hold in change.holds}}
    return tuple(pin for key, how in change.ended if how is HoldEnd.SETTLED for pin in holds[key].pins)


def _add_markers(found: Replay, page: Page) -> None:
    facts = marks(page)
    named = {fact[3] for fact in facts}
    for number, movement in enumerate(page.facts["movements"]):
        if "event" in movement and number not in named:
            detail = f"movement {number} has an event, but the page has no marker for it"
            found.note(Invariant.ONCE, page.sequence, detail)
    keys = set[str]()
    for fact in facts:
        if fact[0] in keys:
            found.note(Invariant.ONCE, page.sequence, f"event {fact[0]} was settled by page {page.sequence}")
        keys.add(fact[0])
        found.markers.add(page.sequence, fact)
