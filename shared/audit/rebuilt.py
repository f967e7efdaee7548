"""The rows that an account's pages make: what a rebuild writes, and with what stored rows can be compared."""

from collections.abc import Mapping

from shared.audit.markers import marks
from shared.audit.replay import Replay
from shared.ledger.book import Book
from shared.ledger.brake import WATCHING
from shared.ports import Value
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal.brake_rows import brake_values
from shared.posting.journal.call_rows import entitlements_values, hold_values, licence_values, pool_values
from shared.posting.journal.keys import (
    BRAKE,
    CLOSED_INTENT,
    CLOSED_LOT,
    CLOSED_REFUND,
    ENTITLEMENTS,
    FURTHER_TERMS,
    HEAD,
    MARKER,
    OPEN_HOLD,
    OPEN_INTENT,
    OPEN_LOT,
    OPEN_REFUND,
    POOL,
    SETTINGS,
    licence_key,
)
from shared.posting.journal.marker_rows import marker_values
from shared.posting.journal.money_back_rows import refund_values
from shared.posting.journal.pages import Page
from shared.posting.journal.rows import (
    further_terms,
    head_values,
    intent_values,
    lot_values,
)
from shared.posting.journal.settings_rows import (
    settings_values,
)


def rows_of(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    """Head, settings, lots, purchases and refunds, by key. Pages are the source; outbox rows are not restored."""
    book = rebuilt.book
    if book is None:
        return {}
    return {**book_rows(book), **_closed_rows(rebuilt), **licence_rows(rebuilt)}


def keys_beside(rebuilt: Replay) -> list[str]:
    """The keys of the rows beside the working set that the replayed pages may have written, markers excepted: those
    that must be there, and those of closed lots that must not, because the lot is open. An audit that continues reads
    only these.
    """
    called = {*licence_rows(rebuilt), *(POOL + key for key in rebuilt.pools)}
    return sorted({*_closed_rows(rebuilt), *(CLOSED_LOT + lot for lot in rebuilt.touched), *called})


def licence_rows(rebuilt: Replay) -> dict[str, dict[str, Value]]:
    """The licences that the replayed pages changed, by key."""
    return {licence_key(user): licence_values(licence) for user, licence in rebuilt.licences.items()}


def pool_rows(rebuilt: Replay) -> dict[str, dict[str, Value]]:
    """The pools that the replayed pages changed, by key."""
    pools = rebuilt.book.pools if rebuilt.book else {}
    return {POOL + key: pool_values(pools[key]) for key in rebuilt.pools}


def marker_rows(page: Page) -> dict[str, Mapping[str, Value]]:
    """The markers of one page, by key."""
    rows: dict[str, Mapping[str, Value]] = {}
    for key, content, kind, movement, result in marks(page):
        marker = Marker(Event(key, content), MarkerKind(kind), page.sequence, movement, result)
        rows[MARKER + key] = marker_values(marker)
    return rows


def book_rows(book: Book) -> dict[str, Mapping[str, Value]]:
    """The rows of the working set, and the pools."""
    settings = {SETTINGS: settings_values(book.settings)} if book.settings != type(book.settings)() else {}
    further = further_terms(book.terms)
    return {
        HEAD: head_values(book),
        **({FURTHER_TERMS: further} if further else {}),
        **settings,
        **{OPEN_LOT + name: lot_values(lot) for name, lot in book.lots.items()},
        **{OPEN_INTENT + name: intent_values(intent) for name, intent in book.intents.items()},
        **{OPEN_REFUND + name: refund_values(refund) for name, refund in book.refunds.items()},
        **_call_rows(book),
    }


def _call_rows(book: Book) -> dict[str, Mapping[str, Value]]:
    """Entitlements, the brake, open holds and pools. The habit is in no page (`relearned`)."""
    is_set = book.entitlements != type(book.entitlements)()
    return {
        **({BRAKE: brake_values(book.brake)} if book.brake != WATCHING else {}),
        **({ENTITLEMENTS: entitlements_values(book.entitlements)} if is_set else {}),
        **{OPEN_HOLD + key: hold_values(hold) for key, hold in book.holds.items()},
        **{POOL + key: pool_values(pool) for key, pool in book.pools.items()},
    }


def _closed_rows(rebuilt: Replay) -> dict[str, Mapping[str, Value]]:
    ended = {name: intent for name, intent in rebuilt.intents.items() if not intent.is_open}
    return {
        **{CLOSED_LOT + name: lot_values(lot) for name, lot in rebuilt.closed.items()},
        **{CLOSED_INTENT + name: intent_values(intent) for name, intent in ended.items()},
        **{
            CLOSED_REFUND + name: refund_values(refund)
            for name, refund in rebuilt.refunds.items()
            if not refund.is_open
        },
    }
