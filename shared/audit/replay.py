"""The book, rebuilt from its pages alone, with the findings on the way (invariants 1, 3, 4, 5, 7, 8, 12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from shared.audit.finding import Finding, Invariant
from shared.audit.hold_checks import hold_flaws, pool_flaws
from shared.kernel.ids import AccountId, LotId
from shared.kernel.times import parse_instant
from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Book, Position
from shared.ledger.change import (
    BREAKAGE,
    CARD,
    NOTHING,
    PROMOTION,
    TRANSFER,
    USAGE,
    Change,
    LedgerBrokenError,
    Movement,
    MovementKind,
    lot_at,
    lots_of,
)
from shared.ledger.debit import Charge, spend
from shared.ledger.hold import HoldEnd
from shared.ledger.intent import Intent
from shared.ledger.settle import is_unsettled
from shared.posting.journal.pages import FIRST_CHAIN, Page, after_facts, change_of, empty_book, holds_by_place
from shared.posting.journal.rows import TERMS
from shared.rating.charge import explained_amount

FUNDS = frozenset({CARD, TRANSFER, PROMOTION})

DEBITS = frozenset({MovementKind.DEBIT, MovementKind.ACCRUAL})


@dataclass(slots=True)
class Parts:
    """The amounts of one lot in invariant 3, in micro-units."""

    original: int
    granted: int = 0
    consumed: int = 0
    expired: int = 0


@dataclass(slots=True)
class Replay:
    """The rebuilt book after the last page that could be checked, with all lots' parts, markers, outbox messages,
    and the keys of holds that have *ended*.
    """

    account: AccountId
    book: Book | None = None
    parts: dict[LotId, Parts] = field(default_factory=dict)
    markers: dict[str, tuple[int, list[Any]]] = field(default_factory=dict)
    outbox: dict[tuple[int, int], list[Any]] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def note(self, invariant: Invariant, sequence: int, detail: str) -> None:
        """Add a finding about page *sequence*."""
        self.findings.append(Finding(self.account, invariant, f"page {sequence}", detail))


def replay(account: AccountId, pages: Iterable[Page], last: int) -> Replay:
    """Apply every page up to *last*, as the loop did, and compare the result with what the page says of it."""
    found = Replay(account)
    expected, chain = 1, FIRST_CHAIN
    applies = True
    for page in pages:
        if page.sequence != expected:
            found.note(Invariant.CHAIN, expected, f"it is missing; the next one is {page.sequence}")
            return found
        if page.previous != chain:
            found.note(Invariant.CHAIN, page.sequence, "it does not carry the hash of the page before")
        applies = applies and _apply_page(found, page)
        expected, chain = expected + 1, page.hash
    if expected <= last:
        found.note(Invariant.CHAIN, expected, f"it is missing; the head is at {last}")
    return found


def _apply_page(found: Replay, page: Page) -> bool:
    """Apply one page to the rebuilt book; False when nothing after it can be checked."""
    before = found.book or empty_book(TERMS.validate_python(page.facts["terms"]))
    if page.at < before.position.at:
        found.note(Invariant.CHAIN, page.sequence, "its time is before that of the page before it")
    change = change_of(page)
    for invariant, detail in hold_flaws(page, before, change, found.ended):
        found.note(invariant, page.sequence, detail)
    found.ended.update(key for key, _ in change.ended)
    try:
        facts = replace(change, movements=(), holds=(), ended=())
        after = _apply_movements(found, page, apply(before, facts), change)
    except (LedgerBrokenError, KeyError) as broken:
        found.note(Invariant.BALANCED, page.sequence, f"its entries are impossible: {broken}")
        return False
    _add_markers_and_outbox(found, page)
    found.intents.update(after.intents)
    next_alarm = page.facts["after"]["nextAlarm"]
    position = Position(page.sequence, page.hash, page.at, parse_instant(next_alarm) if next_alarm else None)
    intents = {name: intent for name, intent in after.intents.items() if intent.is_open}
    found.book = replace(after, position=position, intents=intents)
    if after_facts(found.book) != page.facts["after"]:
        found.note(Invariant.CHAIN, page.sequence, "what it says of the book after it is not what its entries make")
    could_settle = (
        bool(change.movements) and len(lots_of(change.movements)) < OPEN_LOTS_MAX
    )  # an empty page changes nothing
    if could_settle and is_unsettled(found.book, now=page.at):
        found.note(Invariant.ORDER, page.sequence, "it leaves overdraft beside free unexpired money")
    return True


def _apply_movements(found: Replay, page: Page, book: Book, change: Change) -> Book:
    """Apply the movements one by one, because the order of consumption depends on the movements before."""
    for lot in change.opened:
        found.parts[lot.id] = Parts(lot.original)
    holds = holds_by_place(page)
    for place, movement in enumerate(change.movements):
        held, book = book, apply(book, holds.get(place, NOTHING))
        _check_order(found, page, book, movement, _pins_settled(held, holds.get(place, NOTHING)))
        _check_price(found, page, movement)
        for invariant, detail in pool_flaws(movement):
            found.note(invariant, page.sequence, detail)
        _count(found, movement)
        book = apply(book, Change(movements=(movement,)))
    return apply(book, holds.get(len(change.movements), NOTHING))


def _pins_settled(book: Book, change: Change) -> tuple[tuple[LotId, int], ...]:
    """The pins of the hold that *change* settles. It may open the hold, too: a call may come and go in one commit."""
    holds = {**book.holds, **{hold.key: hold for hold in change.holds}}
    return tuple(pin for key, how in change.ended if how is HoldEnd.SETTLED for pin in holds[key].pins)


def _check_order(
    found: Replay, page: Page, book: Book, movement: Movement, pins: tuple[tuple[LotId, int], ...]
) -> None:
    """Check R11, R14 and the expiry: a debit takes what `spend` would take from this book, in which the *pins* of its
    hold are free again.
    """
    if movement.kind not in DEBITS or movement.started_at is None or movement.event is None:
        return
    taken = tuple(entry for entry in movement.entries if entry.target == USAGE)
    lots_max = max(OPEN_LOTS_MAX, sum(lot_at(entry.source) is not None for entry in taken))
    amount = sum(entry.amount for entry in taken)
    kind = str(movement.explanation.get("callKind", ""))
    charge = Charge(amount, movement.started_at, movement.event, "", "", {}, kind)
    if taken != spend(book, charge, amount, lots_max=lots_max, pins=pins):
        found.note(Invariant.ORDER, page.sequence, "a debit took from other lots than R11's order says")


def _check_price(found: Replay, page: Page, movement: Movement) -> None:
    """Check R9: a debit takes what its explanation says."""
    if movement.kind not in DEBITS or not movement.explanation:
        return
    taken = sum(entry.amount for entry in movement.entries if entry.target == USAGE)
    if taken != explained_amount(movement.explanation):
        found.note(Invariant.BALANCED, page.sequence, f"a debit took {taken}, which is not what its explanation says")


def _count(found: Replay, movement: Movement) -> None:
    for entry in movement.entries:
        source, target = lot_at(entry.source), lot_at(entry.target)
        if source is not None and entry.target == BREAKAGE:
            found.parts[source].expired += entry.amount
        elif source is not None:
            found.parts[source].consumed += entry.amount
        if target is not None and (entry.source in FUNDS or not _is_returned(found.parts[target], entry.amount)):
            found.parts[target].granted += entry.amount
        elif target is not None:
            found.parts[target].consumed -= entry.amount


def _is_returned(parts: Parts, amount: int) -> bool:
    """Whether a correction returns to a lot what it had paid. Otherwise it is new credit, in a lot that the correction
    opens.
    """
    return parts.consumed >= amount


def _add_markers_and_outbox(found: Replay, page: Page) -> None:
    named = {marker[3] for marker in page.facts.get("marks", ())}
    for number, movement in enumerate(page.facts["movements"]):
        if "event" in movement and number not in named:
            found.note(
                Invariant.ONCE, page.sequence, f"movement {number} has an event, but the page has no marker for it"
            )
    for marker in page.facts.get("marks", ()):
        if marker[0] in found.markers:
            found.note(
                Invariant.ONCE, page.sequence, f"event {marker[0]} was settled by page {found.markers[marker[0]][0]}"
            )
        found.markers[marker[0]] = (page.sequence, marker)
    for number, message in enumerate(page.facts.get("outbox", ())):
        found.outbox[page.sequence, number] = message
