"""Comparison of the stored rows with the book that their pages make: one check for each invariant."""

from collections.abc import Iterator
from dataclasses import replace

from shared.audit.call_checks import call_differences
from shared.audit.finding import Finding, Invariant
from shared.audit.replay import Replay
from shared.audit.snapshot import KNOWN, Snapshot
from shared.kernel.ids import LotId
from shared.ledger.balance import held, remaining
from shared.ledger.book import Book, LotSource
from shared.ledger.intent import Intent
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    CLOSED_REFUND,
    HEAD,
    OPEN_INTENT,
    OPEN_LOT,
    OPEN_REFUND,
    SETTINGS,
)
from shared.posting.journal.money_back_rows import refund_of
from shared.posting.journal.rows import intent_of, lot_of


def differences(snapshot: Snapshot, rebuilt: Replay) -> Iterator[Finding]:
    """Everything in which the rows differ from the pages."""
    book = rebuilt.book
    if book is None or book.position.sequence != snapshot.sequence:
        return
    for invariant, row, detail in (
        *_head(snapshot, book),
        *_open_rows(snapshot, book),
        *_closed_lots(snapshot, rebuilt, book),
        *_closed_purchases(snapshot, rebuilt),
        *_closed_refunds(snapshot, rebuilt),
        *call_differences(snapshot, rebuilt, book),
        *_parts(rebuilt, book),
        *_payments(snapshot, rebuilt, book),
        *_foreign(snapshot),
    ):
        yield Finding(snapshot.account, invariant, row, detail)


Found = Iterator[tuple[Invariant, str, str]]


def _head(snapshot: Snapshot, book: Book) -> Found:
    """The sums in the head, and everything else in it."""
    values, stored = snapshot.open[HEAD].values, snapshot.loaded.book
    if int(values["remaining"]) != remaining(book) or int(values["held"]) != held(book):
        yield Invariant.HEAD, HEAD, f"it says {values['remaining']} remaining; its pages make {remaining(book)}"
    if replace(stored.position, next_alarm=None) != replace(book.position, next_alarm=None):
        # Its alarm may be a later one: catching up that changes nothing sets it without a page.
        yield Invariant.CHAIN, HEAD, "its place, hash or time is not that of its last page"
    if _of_head(stored, book) != _of_head(book, book):
        yield Invariant.CHAIN, HEAD, "terms, overdraft, slot or notices are not what its pages make"
    if not stored.settings.matches_page(book.settings):
        yield Invariant.CHAIN, SETTINGS, "the settings are not what the pages make"
    elif stored.settings.are_administrators_lost:
        yield Invariant.CHAIN, SETTINGS, "the administrators' addresses are lost: enter the administrators again"


def _of_head(book: Book, rest: Book) -> Book:
    """*book* with everything that is not in the head, or is compared elsewhere, as in *rest*."""
    return replace(
        rest,
        terms=book.terms,
        overdraft=book.overdraft,
        accrued=book.accrued,
        slot=book.slot,
        zero_notified=book.zero_notified,
        recharged=book.recharged,
        pause=book.pause,
        told=book.told,
    )


def _open_rows(snapshot: Snapshot, book: Book) -> Found:
    stored = snapshot.loaded.book
    for name in sorted(stored.lots.keys() | book.lots.keys()):
        if name not in book.lots:
            yield Invariant.HEAD, OPEN_LOT + name, "no page opened this lot, or one closed it"
        elif stored.lots.get(name) != book.lots[name]:
            yield Invariant.HEAD, OPEN_LOT + name, "the lot is missing or not what its pages make"
    for intent in sorted(stored.intents.keys() | book.intents.keys()):
        if stored.intents.get(intent) != book.intents.get(intent):
            yield Invariant.CHAIN, OPEN_INTENT + intent, "the purchase is missing or not what its pages make"
    for refund in sorted(stored.refunds.keys() | book.refunds.keys()):
        if stored.refunds.get(refund) != book.refunds.get(refund):
            yield Invariant.CHAIN, OPEN_REFUND + refund, "the refund is missing or not what its pages make"


def _closed_lots(snapshot: Snapshot, rebuilt: Replay, book: Book) -> Found:
    """Closed lots. A row newer than the snapshot may belong to a lot that is still open in the snapshot. A lot that was
    closed before may have been reopened and spent again in one page: then it is as it was.
    """
    rows = {LotId(row.key.removeprefix(CLOSED_LOT)): row for row in snapshot.under(CLOSED_LOT)}
    touched = {name: lot for name, lot in rebuilt.earlier.items() if name in rebuilt.touched}
    closed = {**touched, **rebuilt.closed}
    for name, lot in closed.items():
        row = rows.get(name)
        reopened = OPEN_LOT + name in snapshot.rows
        if not reopened and (row is None or lot_of(name, row.values) != lot):
            yield Invariant.LOT, CLOSED_LOT + name, "the closed lot is missing or not what its pages make"
    for name in rows.keys() - closed.keys():
        if snapshot.is_still or not (name in book.lots or _is_newer(snapshot, name)):
            yield Invariant.LOT, CLOSED_LOT + name, "no page closed this lot"


def _closed_purchases(snapshot: Snapshot, rebuilt: Replay) -> Found:
    """Purchases that have ended."""
    rows = {row.key.removeprefix(CLOSED_INTENT): row for row in snapshot.under(CLOSED_INTENT)}
    ended = {name: intent for name, intent in rebuilt.intents.items() if not intent.is_open}
    for name, intent in ended.items():
        if name not in rows or intent_of(rows[name].values) != intent:
            yield Invariant.CHAIN, CLOSED_INTENT + name, "the purchase is missing or not what its pages make"
    for name in rows.keys() - ended.keys():
        if snapshot.is_still or not (name in rebuilt.intents or _is_newer(snapshot, name)):
            yield Invariant.CHAIN, CLOSED_INTENT + name, "no page ended this purchase"


def _closed_refunds(snapshot: Snapshot, rebuilt: Replay) -> Found:
    """Refunds whose outcome is known."""
    rows = {row.key.removeprefix(CLOSED_REFUND): row for row in snapshot.under(CLOSED_REFUND)}
    ended = {name: refund for name, refund in rebuilt.refunds.items() if not refund.is_open}
    for name, refund in ended.items():
        changed = name not in rows or refund_of(rows[name].values) != refund
        if changed and (snapshot.is_still or name not in rows):  # one that succeeded may have failed since
            yield Invariant.CHAIN, CLOSED_REFUND + name, "the refund is missing or not what its pages make"
    for name in rows.keys() - ended.keys():
        if snapshot.is_still or not (name in rebuilt.refunds or _is_newer(snapshot, name)):
            yield Invariant.CHAIN, CLOSED_REFUND + name, "no page ended this refund"


def _is_newer(snapshot: Snapshot, name: str) -> bool:
    """Whether a commit after the snapshot may have made the lot or purchase: its id begins with its time."""
    return not snapshot.is_still and name[:20] >= f"{snapshot.loaded.book.position.at:%Y%m%d%H%M%S%f}"


def _parts(rebuilt: Replay, book: Book) -> Found:
    for name, parts in rebuilt.parts.items():
        left = book.lots[name].remaining if name in book.lots else 0
        if parts.granted != parts.original or parts.original != left + parts.consumed + parts.gone:
            detail = f"{parts.original} is not {left} left + {parts.consumed} consumed + {parts.gone} gone"
            yield Invariant.LOT, _row_key(book, name), detail


def _row_key(book: Book, lot: LotId) -> str:
    """The key of a lot's row."""
    return (OPEN_LOT if lot in book.lots else CLOSED_LOT) + lot


def _payments(snapshot: Snapshot, rebuilt: Replay, book: Book) -> Found:
    """Every payment makes one lot; a purchase that succeeded names its lot."""
    lot_of_payment: dict[str, str] = {}
    for name, lot in rebuilt.lots.items():
        bought = lot.source in {LotSource.PURCHASE, LotSource.RECHARGE}
        if bought and not lot.payment:
            yield Invariant.PAYMENT, _row_key(book, name), "a paid lot names no payment"
        if lot.payment and lot.payment in lot_of_payment:
            detail = f"payment {lot.payment} made lot {lot_of_payment[lot.payment]} before"
            yield Invariant.PAYMENT, _row_key(book, name), detail
        lot_of_payment[lot.payment] = name
    for row in snapshot.under(CLOSED_INTENT):
        intent: Intent = intent_of(row.values)
        if intent.lot and intent.lot not in rebuilt.parts and not _is_newer(snapshot, intent.lot):
            yield Invariant.PAYMENT, row.key, f"the purchase names lot {intent.lot}, which no page opened"


def _foreign(snapshot: Snapshot) -> Found:
    """Rows of no known kind, and another tenant's terms."""
    for key in snapshot.rows:
        if not key.startswith(KNOWN):
            yield Invariant.TENANT, key, "no row of this kind belongs here"
    if snapshot.loaded.book.terms.account != snapshot.account:
        yield Invariant.TENANT, HEAD, f"it is the head of account {snapshot.loaded.book.terms.account}"
