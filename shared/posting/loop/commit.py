"""One commit: a group as one transaction, guarded by the head's ETag (DESIGN 4, LOOP 7).

The order is: head (If-Match), page (create), markers (create), changed rows (their own ETags), outbox. It decides what
a failed transaction means, because the storage names the first write that failed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ports import Create, Delete, Value, Write
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    FURTHER_TERMS,
    HEAD,
    LICENCE,
    MARKER,
    OPEN_INTENT,
    OPEN_LOT,
    POOL,
    SETTINGS,
    outbox_key,
    page_key,
)
from shared.posting.journal.marker_rows import marker_values
from shared.posting.journal.pages import body_of, marker_json, opened_json, page_hash, page_values
from shared.posting.journal.rows import Loaded, further_terms, head_values, intent_values, lot_values
from shared.posting.journal.settings_rows import settings_values
from shared.posting.loop.call_writes import call_writes, guarded, placed_facts, refund_writes
from shared.posting.loop.commit_size import Touched
from shared.posting.loop.group import Group
from shared.telemetry.tracing import trace_field

KEPT = ("a:", LICENCE, POOL)
"""Rows whose ETags stay known after a commit: the working set, and what decisions have needed beside it."""

FIRST_MARKER = 2
"""The index of the first marker: after head and page."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction ready to be tried, and the book that it makes. *after* is the same book as the next group sees it:
    without the lots and purchases that this commit closes.
    """

    token: str
    writes: Sequence[Write]
    book: Book
    after: Book
    markers: int

    @property
    def sequence(self) -> int:
        """The number of the page that it writes."""
        return self.book.position.sequence

    def is_marker(self, index: int) -> bool:
        """Whether the write at *index* is a marker."""
        return FIRST_MARKER <= index < FIRST_MARKER + self.markers

    def loaded(self, before: Loaded, etags: Sequence[str]) -> Loaded:
        """The account after success, with the ETags that the storage returned."""
        current = dict(before.etags)
        for write, etag in zip(self.writes, etags, strict=True):
            current.pop(write.key, None)
            if etag and write.key.startswith(KEPT):
                current[write.key] = etag
        return Loaded(self.after, current)


def prepare(loaded: Loaded, group: Group, token: str, next_alarm: datetime | None) -> Commit:
    """Build the transaction that leads from *loaded* to the group's book."""
    book = _with_position(group, "", next_alarm)
    facts = {
        "opened": [opened_json(lot) for part in group.written for lot in part.change.opened],
        "marks": [marker_json(marker) for marker in group.markers],
        "outbox": [[message.queue, dict(message.body)] for message in group.messages],
        **placed_facts(group),
    }
    body = body_of(loaded.book, book, token, group.texts, facts)
    book = _with_position(group, page_hash(body), next_alarm)
    writes: list[Write] = [
        guarded(HEAD, head_values(book), loaded),
        Create(page_key(group.sequence), page_values(body, group.now)),
        *(Create(MARKER + marker.event.key, marker_values(marker)) for marker in group.markers),
        *_changed_rows(loaded, book, group.touched),
        *_outbox_writes(group),
    ]
    open_intents = {name: intent for name, intent in book.intents.items() if intent.is_open}
    open_refunds = {name: refund for name, refund in book.refunds.items() if refund.is_open}
    after = replace(book, closed={}, intents=open_intents, refunds=open_refunds)
    return Commit(token, writes, book, after, len(group.markers))


def _changed_rows(loaded: Loaded, after: Book, touched: Touched) -> list[Write]:
    """Terms, lots, settings, purchases, and what calls have *touched*, that differ between the books."""
    settings = (
        [guarded(SETTINGS, settings_values(after.settings), loaded)]
        if after.settings is not loaded.book.settings
        else []
    )
    return [
        *_terms_writes(loaded, after),
        *_lot_writes(loaded, after),
        *settings,
        *_intent_writes(loaded, after),
        *refund_writes(loaded, after),
        *call_writes(loaded, after, touched),
    ]


def _terms_writes(loaded: Loaded, after: Book) -> list[Write]:
    """The write of the row of further terms. The row is deleted when an account is reopened without any of them."""
    is_first = loaded.book.position.sequence == 0
    if after.terms is loaded.book.terms and not is_first:
        return []
    values = further_terms(after.terms)
    if further_terms(loaded.book.terms) == values and not (is_first and values):
        return []
    etag = loaded.etags.get(FURTHER_TERMS)
    return [guarded(FURTHER_TERMS, values, loaded)] if values else [Delete(FURTHER_TERMS, etag)] if etag else []


def _lot_writes(loaded: Loaded, after: Book) -> list[Write]:
    """The writes of lots. A lot is open or closed, and closing or reopening one takes two writes."""
    before, writes = loaded.book, list[Write]()
    for key, lot in after.lots.items():
        if before.lots.get(key) is not lot:
            writes.append(guarded(OPEN_LOT + key, lot_values(lot), loaded))
    for key, lot in after.closed.items():
        if key not in before.closed:
            writes += _closed(OPEN_LOT + key, CLOSED_LOT + key, lot_values(lot), loaded)
        elif before.closed[key] is not lot:  # a correction returned credit to it, which lapsed at once
            writes.append(guarded(CLOSED_LOT + key, lot_values(lot), loaded))
    reopened = before.closed.keys() - after.closed.keys()
    return [*writes, *(Delete(CLOSED_LOT + key, loaded.etags[CLOSED_LOT + key]) for key in sorted(reopened))]


def _intent_writes(loaded: Loaded, after: Book) -> list[Write]:
    writes: list[Write] = []
    for name, intent in after.intents.items():
        if loaded.book.intents.get(name) is intent:
            continue
        if intent.is_open:
            writes.append(guarded(OPEN_INTENT + name, intent_values(intent), loaded))
        else:
            writes += _closed(OPEN_INTENT + name, CLOSED_INTENT + name, intent_values(intent), loaded)
    return writes


def _closed(was: str, now: str, values: dict[str, Value], loaded: Loaded) -> list[Write]:
    """Move a row out of the working set; a row that was never in it is only created."""
    etag = loaded.etags.get(was)
    return [*([Delete(was, etag)] if etag else []), Create(now, values)]


def _outbox_writes(group: Group) -> list[Write]:
    """The outbox messages. Each has an id, which stays the same if the message is sent twice."""
    writes: list[Write] = []
    for number, message in enumerate(group.messages):
        key = outbox_key(group.sequence, number)
        identity = {"id": f"{group.before.terms.account}.{group.sequence}.{number}"}
        text = json.dumps({**message.body, **identity, **trace_field()}, separators=(",", ":"))
        writes.append(Create(key, {"queue": message.queue, "text": text, **_private(message.private)}))
    return writes


def _private(text: str) -> dict[str, Value]:
    """Text that only the outbox row may hold, as ASCII in parts that fit into properties."""
    escaped = json.dumps(text)
    parts = [escaped[start : start + 32_000] for start in range(0, len(escaped), 32_000)] if text else []
    return {f"private{number}": part for number, part in enumerate(parts)}


def _with_position(group: Group, chain: str, next_alarm: datetime | None) -> Book:
    """The group's book with its new position in the journal."""
    place = replace(group.before.position, sequence=group.sequence, chain=chain, at=group.now, next_alarm=next_alarm)
    return replace(group.book, position=place)
