"""The rows that an account's pages make: what a rebuild writes, and with what stored rows can be compared."""

from collections.abc import Mapping

from shared.audit.replay import Replay
from shared.ledger.book import Book
from shared.ports import Value
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal.call_rows import entitlements_values, hold_values, licence_values, pool_values
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    ENTITLEMENTS,
    FURTHER_TERMS,
    HEAD,
    MARKER,
    OPEN_HOLD,
    OPEN_INTENT,
    OPEN_LOT,
    POOL,
    SETTINGS,
    licence_key,
)
from shared.posting.journal.marker_rows import marker_values
from shared.posting.journal.rows import further_terms, head_values, intent_values, lot_values, settings_values


def rows_of(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    """Head, settings, lots, purchases and markers, by key. Pages are the source; outbox rows are not restored."""
    book = rebuilt.book
    if book is None:
        return {}
    return {**_book_rows(book), **_closed_rows(rebuilt, book), **_marker_rows(rebuilt)}


def _book_rows(book: Book) -> dict[str, Mapping[str, Value]]:
    settings = {SETTINGS: settings_values(book.settings)} if book.settings != type(book.settings)() else {}
    further = further_terms(book.terms)
    return {
        HEAD: head_values(book),
        **({FURTHER_TERMS: further} if further else {}),
        **settings,
        **{OPEN_LOT + name: lot_values(lot) for name, lot in book.lots.items()},
        **{OPEN_INTENT + name: intent_values(intent) for name, intent in book.intents.items()},
        **_call_rows(book),
    }


def _call_rows(book: Book) -> dict[str, Mapping[str, Value]]:
    """Entitlements, open holds, pools and licences."""
    is_set = book.entitlements != type(book.entitlements)()
    return {
        **({ENTITLEMENTS: entitlements_values(book.entitlements)} if is_set else {}),
        **{OPEN_HOLD + key: hold_values(hold) for key, hold in book.holds.items()},
        **{POOL + key: pool_values(pool) for key, pool in book.pools.items()},
        **{licence_key(user): licence_values(licence) for user, licence in book.licences.items()},
    }


def _closed_rows(rebuilt: Replay, book: Book) -> dict[str, Mapping[str, Value]]:
    ended = {name: intent for name, intent in rebuilt.intents.items() if not intent.is_open}
    return {
        **{CLOSED_LOT + name: lot_values(lot) for name, lot in book.closed.items()},
        **{CLOSED_INTENT + name: intent_values(intent) for name, intent in ended.items()},
    }


def _marker_rows(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    rows: dict[str, Mapping[str, Value]] = {}
    for key, (sequence, (_, content, kind, movement, result)) in rebuilt.markers.items():
        marker = Marker(Event(key, content), MarkerKind(kind), sequence, movement, result)
        rows[MARKER + key] = marker_values(marker)
    return rows
