"""Applying a change to a book, with the invariants checked again before anything is written."""

from collections.abc import Mapping
from dataclasses import replace

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Lot
from shared.ledger.change import (
    ACCRUAL,
    BREAKAGE,
    CARD,
    DISPUTE,
    OVERDRAFT,
    PROMOTION,
    TRANSFER,
    USAGE,
    Change,
    Entry,
    LedgerBrokenError,
    lot_at,
)
from shared.ledger.entitlements import Licence
from shared.ledger.hold import Hold
from shared.ledger.intent import Intent
from shared.ledger.pool import Pool
from shared.ledger.refund import Refund

_OUTSIDE = frozenset({CARD, TRANSFER, PROMOTION, USAGE, BREAKAGE, DISPUTE})

_FUNDS = frozenset({TRANSFER, PROMOTION})


def apply(book: Book, change: Change) -> Book:
    """The book after *change*. Raises LedgerBrokenError when a lot, a pool or the overdraft would fall below zero."""
    lots, closed = dict(book.lots), dict(book.closed)
    for lot in change.opened:
        if lot.id in lots or lot.id in closed:
            raise LedgerBrokenError(f"lot {lot.id} is opened twice")
        lots[lot.id] = lot
    _dispute(change, lots, closed)
    refunds = _refund(book, change, lots)
    overdraft, accrued = book.overdraft, book.accrued
    for movement in change.movements:
        for entry in movement.entries:
            overdraft, accrued = _move(lots, closed, (overdraft, accrued), entry)
    holds, pools = _hold(book, change, lots)
    _check_pins(book, lots)
    for spent in [lot for lot in lots.values() if lot.remaining == 0]:
        closed[spent.id] = lots.pop(spent.id)
    return replace(
        book,
        lots=lots,
        closed=closed,
        overdraft=overdraft,
        accrued=accrued,
        intents=_intents(book, change),
        slot=change.slot or book.slot,
        settings=change.settings or book.settings,
        zero_notified=book.zero_notified if change.zero_notified is None else change.zero_notified,
        recharged=change.recharged or book.recharged,
        pause=change.pause or book.pause,
        told=change.told or book.told,
        terms=change.terms or book.terms,
        holds=holds,
        pools=pools,
        refunds=refunds,
        entitlements=change.entitlements or book.entitlements,
        licences=_licences(book, change),
        brake=change.brake or book.brake,
        habit=change.habit or book.habit,
    )


def _intents(book: Book, change: Change) -> Mapping[str, Intent]:
    return {**book.intents, **{intent.id: intent for intent in change.intents}} if change.intents else book.intents


def _licences(book: Book, change: Change) -> Mapping[str, Licence]:
    added = {licence.user: licence for licence in change.licences}
    return {**book.licences, **added} if added else book.licences


def _dispute(change: Change, lots: dict[LotId, Lot], closed: dict[LotId, Lot]) -> None:
    """Record the claims of *change* on lots, open or closed."""
    for each in change.disputed:
        place = lots if each.lot in lots else closed
        place[each.lot] = replace(place[each.lot], claims=each.claims, is_warned=each.is_warned)


def _refund(book: Book, change: Change, lots: dict[LotId, Lot]) -> Mapping[str, Refund]:
    """The refunds after *change*; what they set aside changes in *lots*."""
    if not change.refunds:
        return book.refunds
    refunds = dict(book.refunds)
    for refund in change.refunds:
        earlier = refunds.get(refund.id)
        added = refund.pinned - (earlier.pinned if earlier else 0)
        if added:
            if refund.lot not in lots:
                raise LedgerBrokenError(f"refund {refund.id} sets aside a part of lot {refund.lot}, which is not open")
            lots[refund.lot] = replace(lots[refund.lot], refunding=lots[refund.lot].refunding + added)
        refunds[refund.id] = refund
    return refunds


def _hold(book: Book, change: Change, lots: dict[LotId, Lot]) -> tuple[Mapping[str, Hold], Mapping[str, Pool]]:
    """The holds and pools after *change*, and its pins in *lots*."""
    uses = [use for movement in change.movements for use in movement.pools]
    if not change.holds and not change.ended and not uses:
        return book.holds, book.pools
    holds = {**book.holds, **{hold.key: hold for hold in change.holds}}
    for key, _ in change.ended:
        if holds.pop(key, None) is None:
            raise LedgerBrokenError(f"hold {key} ends and is not open")
    pools = dict(book.pools)
    changed = [*(hold.key for hold in change.holds), *(key for key, _ in change.ended)]
    for key in dict.fromkeys(changed):
        _pin(lots, pools, book.holds.get(key), -1)
        _pin(lots, pools, holds.get(key), 1)
    for use in uses:
        pool = pools.get(use.pool) or Pool(use.pool)
        pools[use.pool] = replace(pool, used=pool.used + use.seconds, user=use.user)
    if any(pool.used < 0 or pool.pinned < 0 for pool in pools.values()):
        raise LedgerBrokenError("a pool would fall below zero")
    return holds, pools


def _pin(lots: dict[LotId, Lot], pools: dict[str, Pool], hold: Hold | None, sign: int) -> None:
    if hold is None:
        return
    for name, amount in hold.pins:
        if name not in lots:
            raise LedgerBrokenError(f"hold {hold.key} pins lot {name}, which is not open")
        lots[name] = replace(lots[name], pinned=lots[name].pinned + sign * amount)
    if hold.pool_seconds:
        pool = pools.get(hold.pool) or Pool(hold.pool)
        pools[hold.pool] = replace(pool, pinned=pool.pinned + sign * hold.pool_seconds, user=hold.pool_user)


def _check_pins(book: Book, lots: Mapping[LotId, Lot]) -> None:
    """Checked after all entries and holds: a page may settle a hold from a lot, or fill a lot and then pin it."""
    for lot in lots.values():
        is_possible = lot.pinned >= 0 and lot.refunding >= 0 and lot.free >= 0
        if not is_possible and book.lots.get(lot.id) is not lot:
            detail = f"lot {lot.id} would hold {lot.remaining}, {lot.pinned} pinned, {lot.refunding} being refunded"
            raise LedgerBrokenError(detail)


def _move(lots: dict[LotId, Lot], closed: dict[LotId, Lot], owed: tuple[int, int], entry: Entry) -> tuple[int, int]:
    """Apply one entry to the lots, and return overdraft and accrued usage (*owed*) after it."""
    overdraft, accrued = owed
    if entry.amount <= 0:
        raise LedgerBrokenError(f"an entry moves {entry.amount}")
    for place, amount in ((entry.source, -entry.amount), (entry.target, entry.amount)):
        lot = lot_at(place)
        if lot is not None:
            if lot not in lots and lot in closed:
                lots[lot] = closed.pop(lot)
            lots[lot] = _add_amount(lots.get(lot), amount, entry)
        elif place == OVERDRAFT:
            overdraft -= amount
        elif place == ACCRUAL:
            accrued -= amount
        elif place not in _OUTSIDE:
            raise LedgerBrokenError(f"there is no place {place}")
    if overdraft < 0 or accrued < 0:
        raise LedgerBrokenError("more overdraft or accrued usage is settled than there is")
    return overdraft, accrued


def _add_amount(lot: Lot | None, amount: int, entry: Entry) -> Lot:
    """The lot with *amount* more in it, and its parts after *entry*. Checks the invariants 0 <= remaining and
    remaining + what is gone <= original.
    """
    if lot is None:
        raise LedgerBrokenError(f"the lot in {entry} is not in the book")
    moved = replace(lot, remaining=lot.remaining + amount, ends_refunded=entry.target == CARD)
    if lot_at(entry.source) == lot.id:
        moved = _with_part(moved, entry.target, entry.amount)
    else:
        moved = _with_part(moved, entry.source, -entry.amount)
    parts = (moved.expired, moved.refunded, moved.clawed_back, moved.taken_back)
    if min(parts) < 0 or not 0 <= moved.remaining <= moved.original - moved.gone:
        raise LedgerBrokenError(f"lot {lot.id} would hold {moved.remaining} of {moved.original}, {moved.gone} gone")
    return moved


def _with_part(lot: Lot, place: str, amount: int) -> Lot:
    """The lot after *amount* went to *place*, below zero when it came from there. Money that comes from a card into a
    lot was refunded before; if it was not, the lot is being opened. A transfer or promotion opens a lot, too.
    """
    if place == BREAKAGE:
        return replace(lot, expired=lot.expired + amount)
    if place == DISPUTE:
        return replace(lot, clawed_back=lot.clawed_back + amount)
    if place == CARD:
        return replace(lot, refunded=max(0, lot.refunded + amount))
    if place in _FUNDS:
        return replace(lot, taken_back=max(0, lot.taken_back + amount))
    return lot
