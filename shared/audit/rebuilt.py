"""The rows that an account's pages make: what a rebuild writes, and with what stored rows can be compared."""

from collections.abc import Mapping

from shared.audit.markers import marks
from shared.audit.replay import Replay
from shared.ledger.book import Book
from shared.ports import Value
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    FURTHER_TERMS,
    HEAD,
    MARKER,
    OPEN_INTENT,
    OPEN_LOT,
    SETTINGS,
)
from shared.posting.journal.pages import Page
from shared.posting.journal.rows import (
    further_terms,
    head_values,
    intent_values,
    lot_values,
    marker_values,
    settings_values,
)


def rows_of(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    """Head, settings, lots and purchases, by key. Pages are the source; outbox rows are not restored."""
    book = rebuilt.book
    if book is None:
        return {}
    return {**book_rows(book), **_closed_rows(rebuilt)}


def keys_beside(rebuilt: Replay) -> list[str]:
    """The keys of the rows beside the working set that the replayed pages may have written, markers excepted: those
    that must be there, and those of closed lots that must not, because the lot is open. An audit that continues reads
    only these.
    """
    return sorted({*_closed_rows(rebuilt), *(CLOSED_LOT + lot for lot in rebuilt.touched)})


def marker_rows(page: Page) -> dict[str, Mapping[str, Value]]:
    """The markers of one page, by key."""
    rows: dict[str, Mapping[str, Value]] = {}
    for key, content, kind, movement, result in marks(page):
        marker = Marker(Event(key, content), MarkerKind(kind), page.sequence, movement, result)
        rows[MARKER + key] = marker_values(marker)
    return rows


def book_rows(book: Book) -> dict[str, Mapping[str, Value]]:
    """The rows of the working set."""
    settings = {SETTINGS: settings_values(book.settings)} if book.settings != type(book.settings)() else {}
    further = further_terms(book.terms)
    return {
        HEAD: head_values(book),
        **({FURTHER_TERMS: further} if further else {}),
        **settings,
        **{OPEN_LOT + name: lot_values(lot) for name, lot in book.lots.items()},
        **{OPEN_INTENT + name: intent_values(intent) for name, intent in book.intents.items()},
    }


def _closed_rows(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    ended = {name: intent for name, intent in rebuilt.intents.items() if not intent.is_open}
    return {
        **{CLOSED_LOT + name: lot_values(lot) for name, lot in rebuilt.closed.items()},
        **{CLOSED_INTENT + name: intent_values(intent) for name, intent in ended.items()},
    }
